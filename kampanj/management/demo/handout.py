"""A round of handing out the folder in the municipality's districts, half way through: something to look at under Utdelning."""

from __future__ import annotations

from django.utils import timezone

from kampanj.content.folder_formats import FolderFormat
from kampanj.content.models import CampaignPage
from kampanj.distribution.handout import counting
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.links import area_mark
from kampanj.distribution.handout.models import HandoutArea, HandoutRound
from kampanj.followup.visits.areas import most_a_day
from kampanj.followup.visits.models import VisitCount

NAME = "Veckan före jul (demo)"
NOTE = (
    "Foldrarna ligger i kommunhusets reception. Lägg dem i brevlådor utan ”Nej tack” och lämna några i butiken. "
    "Antalen är exempel."
)
# District, folders (examples), what the teams have entered, visits so far.
AREAS: tuple[tuple[str, int, tuple[tuple[int, str], ...], int], ...] = (
    ("Strängnäs", 1500, ((600, "Lag 1"), (450, "Lag 2")), 41),
    ("Mariefred", 600, ((600, "Lag 3"),), 17),
    ("Åkers styckebruk", 350, ((200, "Lag 3"),), 6),
    ("Stallarholmen", 250, (), 3),
    ("Härad", 120, (), 0),
    ("Länna", 80, ((80, "Lag 2"),), 0),
    ("Tosterö/Aspö", 300, (), 0),
    ("Vårfruberga", 100, (), 0),
)


def put_handout(campaign: CampaignPage) -> int:
    """How many rounds are new: 1, or 0 when the campaign has one already, whatever has become of it."""
    if HandoutRound.objects.filter(campaign=campaign).exists():
        return 0
    handout = HandoutRound(
        name=NAME,
        campaign=campaign,
        folder_format=FolderFormat.A65,
        day=timezone.localdate(),
        team="Polisens volontärer",
        note=NOTE,
        delivery_address="Kommunhuset (exempel), Exempelgatan 1, 600 00 Strängnäs",
        delivery_contact="Receptionen",
    )
    handout.areas = [HandoutArea(name=name, quantity=quantity) for name, quantity, _counts, _visits in AREAS]
    handout.full_clean()
    handout.save()
    areas = {area.name: area for area in HandoutArea.objects.filter(round=handout)}
    for name, _quantity, counts, _visits in AREAS:
        for number, team in counts:
            counting.add(handout, Said({areas[name].pk: number}, team=team))
    return 1


def put_visits(campaign: CampaignPage) -> None:
    """Today's visits through the areas' codes."""
    areas = {area.name: area for area in HandoutArea.objects.filter(round__campaign=campaign, round__name=NAME)}
    today = timezone.localdate()
    VisitCount.objects.bulk_create(
        VisitCount(door=area_mark(areas[name]), day=today, visits=visits, most=most_a_day(str(areas[name].pk)) or visits)
        for name, _quantity, _counts, visits in AREAS
        if visits and name in areas
    )
