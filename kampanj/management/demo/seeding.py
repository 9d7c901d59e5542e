"""Everything in its order, in one transaction: all of the demonstration content is put in place, or none of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from kampanj.audience.importing import kept, staging, vault
from kampanj.audience.importing.plan import Plan
from kampanj.audience.models import Guardian
from kampanj.management.demo import registers
from kampanj.management.demo.handout import put_handout
from kampanj.management.demo.municipality import USERS
from kampanj.management.demo.pages import Pages, default_site
from kampanj.management.demo.pictures import Library
from kampanj.municipality.models import User
from kampanj.municipality.roles import REGISTRAR

ROSTER = Path(__file__).parent / "roster.csv"
SOURCE = "Skolregistret (demo)"
# What it was called before; those who were read in under that name are not read in again.
FORMER_SOURCE = "demo-roster"


@dataclass(frozen=True)
class Seeded:
    """How many of each kind are new, and what the roster's import said (None when its source was there already)."""

    users: int
    help_lines: int
    schools: int
    segments: int
    pictures: int
    pages: int
    synonyms: int
    picks: int
    rounds: int
    settings: bool
    roster: Plan | None

    @property
    def changed_nothing(self) -> bool:
        """Whether everything was in place already."""
        new = (
            self.users,
            self.help_lines,
            self.schools,
            self.segments,
            self.pictures,
            self.pages,
            self.synonyms,
            self.picks,
            self.rounds,
            self.settings,
        )
        return not any(new) and self.roster is None


def seed() -> Seeded:
    """Put what is missing in place; SeedRefused or RosterRefused, with nothing changed, when that cannot be done."""
    library = Library()
    try:
        with transaction.atomic():
            return _seed(library)
    except BaseException:
        library.forget()
        raise


def _seed(library: Library) -> Seeded:
    users = registers.put_users()
    help_lines, new_help_lines = registers.put_help_lines()
    schools = registers.put_schools()
    segments = registers.put_segments()
    registers.put_topics()
    site = default_site()
    filled = registers.put_settings(site, library)
    author = User.objects.get(username=USERS[0].username)
    pages = Pages(site, library=library, help_lines=help_lines, author=author)
    pages.put()
    synonyms = registers.put_synonyms(help_lines)
    return Seeded(
        users=users,
        help_lines=new_help_lines,
        schools=schools,
        segments=segments,
        pictures=len(library.drawn),
        pages=pages.new,
        synonyms=synonyms,
        picks=registers.put_picks(lambda name: pages.made(name, "sv")),
        rounds=_put_rounds(pages),
        settings=filled,
        roster=_read_roster(),
    )


def _put_rounds(pages: Pages) -> int:
    campaign = pages.made("campaign", "sv")
    return put_handout(campaign.specific) if campaign else 0


def _read_roster() -> Plan | None:
    """Through the desk's own steps, so that the desk shows the import and can undo it."""
    if Guardian.objects.filter(source__in=(SOURCE, FORMER_SOURCE)).exists():
        return None
    registrar = User.objects.get(username=next(user.username for user in USERS if user.role == REGISTRAR))
    with ROSTER.open("rb") as file:
        staged = staging.upload(file, source=SOURCE, file_name=ROSTER.name, by=registrar)
    try:
        return staging.check_and_apply(staged, by=registrar)
    except BaseException:
        # The database takes back what was done; private storage does not.
        vault.shred(kept.folder(staged))
        raise
