"""Puts the registers in place: help lines, schools with contacts, segments, people, the municipality's settings.

What is there already is left as it is, also when somebody has changed it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Q
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, Site
from wagtail.users.models import UserProfile

from kampanj.audience.models import School, SchoolContact, Segment, Topic
from kampanj.content.help_lines.models import HelpLine, HelpLineWords
from kampanj.content.search.models import SynonymGroup
from kampanj.management.demo.help_lines import CHECKED_ON, HELP_LINES
from kampanj.management.demo.municipality import SETTINGS, USERS, DemoUser
from kampanj.management.demo.pictures import Library
from kampanj.management.demo.schools import SCHOOLS, SEGMENTS, TOPICS, DemoSchool
from kampanj.management.demo.synonyms import GROUPS, NOTE, PICKS, DemoGroup
from kampanj.municipality.models import SiteSettings, User


def put_help_lines() -> tuple[dict[str, int], int]:
    """Every demo line's primary key by its key in `HELP_LINES`, and how many lines are new."""
    found: dict[str, int] = {}
    new = 0
    for key, values in HELP_LINES.items():
        line = _help_line_like(values)
        if line is None:
            line = _new_help_line(values)
            new += 1
        found[key] = line.pk
    return found, new


def _new_help_line(values: dict[str, Any]) -> HelpLine:
    fields = {"checked_on": CHECKED_ON, **{name: value for name, value in values.items() if name != "words"}}
    line = HelpLine(**fields)
    line.words = [HelpLineWords(language=language, **words) for language, words in values.get("words", {}).items()]
    line.save()
    return line


def _help_line_like(values: dict[str, Any]) -> HelpLine | None:
    """The line with this name, or else with this number (or this address, for a line without a number)."""
    by_way = Q(phone=values["phone"]) if values.get("phone") else Q(phone="", url=values["url"])
    return (
        HelpLine.objects.filter(name=values["name"]).order_by("pk").first()
        or HelpLine.objects.filter(by_way).order_by("pk").first()
    )


def put_synonyms(help_lines: dict[str, int]) -> int:
    """How many groups of synonyms are new. A group is known by any of its words."""
    return sum(_put_synonyms(group, help_lines) for group in GROUPS)


def _put_synonyms(demo: DemoGroup, help_lines: dict[str, int]) -> bool:
    there = SynonymGroup.objects.filter(language=demo.language)
    if any(set(demo.words) & set(group.entries) for group in there):
        return False
    group = SynonymGroup(words="\n".join(demo.words), language=demo.language, help_first=bool(demo.help_lines), note=NOTE)
    group.full_clean()
    group.save()
    group.help_lines.set(help_lines[name] for name in demo.help_lines)
    return True


def put_picks(page_called: Callable[[str], Page | None]) -> int:
    """How many pages are newly set to stand first for their question; a question that has a pick keeps it."""
    return sum(_put_pick(question, page_called(name), description) for question, name, description in PICKS)


def _put_pick(question: str, page: Page | None, description: str) -> bool:
    if page is None or SearchPromotion.objects.filter(query__query_string=question).exists():
        return False
    SearchPromotion.objects.create(query=Query.get(question), page=page, description=description, sort_order=0)
    return True


def put_schools() -> int:
    """How many schools are new. A school is known by its code or its name."""
    return sum(_put_school(school) for school in SCHOOLS)


def _put_school(demo: DemoSchool) -> bool:
    if School.objects.filter(Q(code=demo.code) | Q(name=demo.name)).exists():
        return False
    school = School.objects.create(
        code=demo.code, name=demo.name, district=demo.district, level=demo.level, platform_id=demo.platform
    )
    for order, (email, role) in enumerate(demo.contacts):
        SchoolContact.objects.create(school=school, email=email, role=role, sort_order=order)
    return True


def put_segments() -> int:
    """How many segments are new."""
    return sum(Segment.objects.get_or_create(name=values["name"], defaults=values)[1] for values in SEGMENTS)


def put_topics() -> None:
    """What the demonstration's letters are about, so that a reader can leave one topic and keep the others."""
    for name, description in TOPICS:
        Topic.objects.get_or_create(name=name, defaults={"description": description})


def passwords_may_be_public() -> bool:
    """Whether the site is reached only from this very machine, so that printed passwords open nothing to others."""
    address = urlsplit(settings.BASE_URL)
    return address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost")


def put_users() -> int:
    """How many users are new. Away from this machine they cannot log in until somebody gives them a password."""
    return sum(_put_user(demo) for demo in USERS)


def _put_user(demo: DemoUser) -> bool:
    if User.objects.filter(username=demo.username).exists():
        return False
    user = User(username=demo.username, first_name="Demo", last_name=demo.last_name, email=f"{demo.username}@example.org")
    if passwords_may_be_public():
        user.set_password(demo.password)
    else:
        user.set_unusable_password()
    user.save()
    user.groups.add(Group.objects.get(name=demo.role))
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "sv"
    profile.save()
    return True


def put_settings(site: Site, library: Library) -> bool:
    """Fill the site's municipality settings unless somebody has named the municipality already; True when filled."""
    current = SiteSettings.for_site(site)
    if current.municipality_name:
        return False
    for name, value in SETTINGS.items():
        setattr(current, name, value)
    current.logo = library.picture("logo")
    current.full_clean()
    current.save()
    return True
