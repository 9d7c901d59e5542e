"""The drawings' titles and descriptions, and how they come into the picture library."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile

from kampanj.management.demo.drawings import DRAWINGS
from kampanj.municipality.models import CampaignImage

RIGHTS_HOLDER = "Kampanj"
LICENCE = "CC0 1.0"


@dataclass(frozen=True)
class Words:
    """What the library says about a drawing: `title` finds it again, `description` says what it shows."""

    title: str
    description: str


WORDS: dict[str, Words] = {
    "cover": Words("Foldern på bordet", "En vikt folder med tre prickar står på ett bord. På väggen syns ljus från ett fönster."),
    "window": Words("Ljus från fönstret", "Ett fönster mot vatten och låg sol. Ljuset faller över golvet."),
    "phone": Words("Mobilen på bordet", "En mobil på ett bord. På skärmen syns tre prickar i en pratbubbla."),
    "cups": Words("Två koppar", "En blå och en gul kopp bredvid varandra på ett bord. Ångan är tre prickar."),
    "paper": Words("Foldern och pennan", "En uppvikt folder ligger bredvid en penna på ett ljust bord."),
    "door": Words("Dörren på glänt", "En dörr står på glänt i ett mörkt rum. Varmt ljus faller ut över golvet."),
    "stage": Words("Scenen före föreläsningen", "En scen med ridå och en stor skärm med tre prickar. Framför sitter människor."),
    "logo": Words("Märke för demonstrationen", "Tre prickar över två vågor. Inte kommunens riktiga vapen."),
}


class Library:
    """Pictures by their key in `DRAWINGS`, drawn and stored when first asked for; `drawn` holds those it made."""

    def __init__(self) -> None:
        self.drawn: list[CampaignImage] = []

    def picture(self, name: str) -> CampaignImage:
        """The picture with this drawing's title; drawn now if the library has none."""
        words = WORDS[name]
        image = CampaignImage.objects.filter(title=words.title).order_by("pk").first()
        if image is None:
            image = CampaignImage(
                title=words.title,
                description=words.description,
                rights_holder=RIGHTS_HOLDER,
                licence=LICENCE,
                consent=CampaignImage.Consent.NOT_NEEDED,
                file=ContentFile(DRAWINGS[name]().png(), name=f"{name}.png"),
            )
            self.drawn.append(image)
            image.save()
            # Both are kept in the row when first asked for; asked here, a later look at the library writes nothing.
            image.get_file_size()
            image.get_file_hash()
        return image

    def forget(self) -> None:
        """Delete the files made here: their rows have been rolled back."""
        for image in self.drawn:
            # Before its row was written, a picture has a name but no file.
            if image.file._committed:
                image.file.storage.delete(image.file.name)
