"""What a school's page offers: the recommended form first, then the others, other languages, papers; and what it cannot offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from kampanj.channels.artifact import Channel
from kampanj.channels.lms.models import PlatformForm
from kampanj.content.models import Edition
from kampanj.followup.schools import shelf
from kampanj.followup.schools.files import ALL_LANGUAGES
from kampanj.followup.schools.opening import Visit
from kampanj.followup.schools.platform import PAPERS, forms_offered
from kampanj.followup.schools.shelf import Wanted


@dataclass(frozen=True)
class Offer:
    """One file that the school may fetch; `size` in bytes is None until it has been built."""

    channel: Channel
    editions: tuple[Edition, ...]
    url: str
    size: int | None
    steps: list[Any] = field(default_factory=list)
    steps_language: str = ""
    checked_on: dt.date | None = None


@dataclass(frozen=True)
class Refused:
    """A form that cannot be made, and why, in the municipality's language."""

    channel: Channel
    reason: str


@dataclass(frozen=True)
class Table:
    """Everything on the page. `recommended` is None when nothing that the platform takes can be made."""

    recommended: Offer | None
    others: list[Offer]
    papers: list[Offer]
    together: list[Offer]
    languages: list[tuple[Edition, list[Offer]]]
    refused: list[Refused]
    preview: str


def laid_for(visit: Visit) -> Table:
    """The page's offers; nothing is built for them."""
    forms = {form.channel: form for form in visit.school.platform.forms.all()}
    channels = list(forms_offered(visit.school.platform).values())
    wanted = list(_wanted(visit, channels))
    known = shelf.known(wanted)
    offers = [_offer(visit, one, known[one.key].size, forms) for one in wanted if not known[one.key].refusal]
    own = [offer for offer in offers if offer.editions == (visit.edition,)]
    by_form = [offer for offer in own if offer.channel.name in forms]
    rest = [offer for offer in own if offer.channel.name not in forms]
    others = [(edition, [offer for offer in offers if offer.editions == (edition,)]) for edition in visit.editions[1:]]
    refused = [Refused(one.channel, known[one.key].refusal) for one in wanted if one.editions == (visit.edition,)]
    return Table(
        recommended=by_form[0] if by_form else None,
        others=[*by_form[1:], *(offer for offer in rest if offer.channel.name not in PAPERS)],
        papers=[offer for offer in rest if offer.channel.name in PAPERS],
        together=[offer for offer in offers if len(offer.editions) > 1],
        languages=[(edition, found) for edition, found in others if found],
        refused=[one for one in refused if one.reason],
        preview=_preview(visit, own),
    )


def _wanted(visit: Visit, channels: Iterable[Channel]) -> Iterable[Wanted]:
    for channel in channels:
        yield from (Wanted(channel, (edition,)) for edition in visit.editions)
        if channel.render_together is not None and len(visit.all_editions) > 1:
            yield Wanted(channel, tuple(visit.all_editions))


def _offer(visit: Visit, wanted: Wanted, size: int | None, forms: dict[str, PlatformForm]) -> Offer:
    language = wanted.editions[0].language if len(wanted.editions) == 1 else ALL_LANGUAGES
    form = forms.get(wanted.channel.name)
    steps_language, steps = form.steps_in(visit.language) if form else ("", [])
    return Offer(
        channel=wanted.channel,
        editions=wanted.editions,
        url=reverse("kampanj_package_file", args=[visit.token, wanted.channel.name, language]),
        size=size,
        steps=steps,
        steps_language=steps_language,
        checked_on=form.checked_on if form else None,
    )


def _preview(visit: Visit, own: list[Offer]) -> str:
    """Where the ZIP's pages are read in the browser; empty when there is no ZIP."""
    if not any(offer.channel.name == "offline" for offer in own):
        return ""
    return reverse("kampanj_package_preview", args=[visit.token, visit.edition.language, "index.html"])
