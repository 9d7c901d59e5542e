"""The drawings' titles and descriptions, and how they and the film come into the libraries."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile

from kampanj.management.demo import film_slides
from kampanj.management.demo.drawings import DRAWINGS
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import CampaignImage

RIGHTS_HOLDER = "Kampanj"
LICENCE = "CC0 1.0"
FILM_TITLE = "Livet på nätet (exempelfilm)"


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
        self.filmed: list[CampaignMedia] = []

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

    def film(self) -> CampaignMedia:
        """The example film with its captions; put into the library now if it has none with that title."""
        film = CampaignMedia.objects.filter(title=FILM_TITLE).order_by("pk").first()
        if film is None:
            film = CampaignMedia(
                title=FILM_TITLE,
                type="video",
                file=ContentFile(film_slides.FILM.read_bytes(), name=film_slides.FILM.name),
                captions=ContentFile(film_slides.CAPTIONS.read_bytes(), name=film_slides.CAPTIONS.name),
                captions_language="sv",
                poster=self.picture("phone"),
                duration=film_slides.SECONDS,
                width=film_slides.WIDTH,
                height=film_slides.HEIGHT,
                rights_holder=RIGHTS_HOLDER,
                licence=LICENCE,
            )
            self.filmed.append(film)
            film.save()
        return film

    def forget(self) -> None:
        """Delete the files made here: their rows have been rolled back."""
        files = [image.file for image in self.drawn] + [file for film in self.filmed for file in (film.file, film.captions)]
        for file in files:
            # Before its row was written, a picture has a name but no file.
            if file._committed:
                file.storage.delete(file.name)
