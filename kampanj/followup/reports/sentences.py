"""The figures in plain sentences, each with the next step where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.reports.figures import Figures, Reason
from kampanj.followup.reports.reach import Reach

State = Delivery.State
MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Sentence:
    """What is so, and what to do about it (may be empty)."""

    words: str
    advice: str = ""


def written(number: int) -> str:
    """“12 345” for whoever reads Swedish."""
    return number_format(number, force_grouping=True)


def sentences(mailing: Mailing, figures: Figures) -> list[Sentence]:
    """The report in a few sentences, the weightiest first."""
    if not figures.total:
        return [Sentence(_("No letter has left yet."), _("Come back when the mailing has been sent."))]
    return [one for one in _all(mailing, figures) if one is not None]


def _all(mailing: Mailing, figures: Figures) -> Iterator[Sentence | None]:
    yield reached(figures.reach) if figures.reach else _schools(figures)
    yield _not_kept(figures)
    yield _arrived(figures)
    yield _stopped(figures)
    yield _uncertain(figures)
    yield _waiting(figures)
    yield _skipped(figures)
    yield _duration(figures)
    yield _left_us(figures)
    yield visits(figures.visits)


def reached(reach: Reach) -> Sentence:
    """“412 of 436 children have at least one adult who was reached.”, and how many folders to print."""
    if not reach.children:
        return Sentence(_("The register no longer says which children the mailing was about."))
    if not reach.is_shown:
        return Sentence(_("Fewer than five children are concerned. Their figures are not shown."))
    words = ngettext(
        "%(reached)s of %(all)s child has at least one adult who was reached.",
        "%(reached)s of %(all)s children have at least one adult who was reached.",
        reach.children,
    ) % {"reached": written(reach.reached), "all": written(reach.children)}
    return Sentence(words, folders(reach.folders))


def folders(number: int) -> str:
    """How many folders to print; empty when everybody was reached."""
    if not number:
        return ""
    return ngettext(
        "Print %(number)s folder and let the school hand it out.",
        "Print %(number)s folders and let the schools hand them out.",
        number,
    ) % {"number": written(number)}


def _not_kept(figures: Figures) -> Sentence | None:
    """What nobody knows any more, and where what is left of it lies."""
    if figures.links_are_kept:
        return None
    words = _("Who got which letter is no longer kept: which children, schools and domains were reached is not known any more.")
    return Sentence(words, _("The mailing's archive says which schools it went to."))


def _schools(figures: Figures) -> Sentence | None:
    if figures.schools_fetched is None:
        return None
    if figures.schools_written is None:
        fetched = ngettext(
            "%(number)s school has fetched its package.",
            "%(number)s schools have fetched their package.",
            figures.schools_fetched,
        )
        return Sentence(fetched % {"number": written(figures.schools_fetched)})
    got = ngettext("Letters have reached %(number)s school.", "Letters have reached %(number)s schools.", figures.schools_written)
    fetched = ngettext("%(number)s has fetched its package.", "%(number)s have fetched their package.", figures.schools_fetched)
    words = f"{got % {'number': written(figures.schools_written)}} {fetched % {'number': written(figures.schools_fetched)}}"
    is_behind = figures.schools_fetched < figures.schools_written
    return Sentence(words, _("See in the list of schools who has not fetched it, and ring them.") if is_behind else "")


def _arrived(figures: Figures) -> Sentence:
    return Sentence(
        ngettext("%(arrived)s of %(all)s letter was delivered.", "%(arrived)s of %(all)s letters were delivered.", figures.total)
        % {"arrived": written(figures.states[State.SENT]), "all": written(figures.total)}
    )


def _stopped(figures: Figures) -> Sentence | None:
    bounced, failed = figures.states[State.BOUNCED], figures.states[State.FAILED]
    if not bounced + failed:
        return None
    parts = []
    if bounced:
        parts.append(
            ngettext("%(number)s letter came back.", "%(number)s letters came back.", bounced) % {"number": written(bounced)}
        )
    if failed:
        parts.append(
            ngettext("%(number)s letter was refused.", "%(number)s letters were refused.", failed) % {"number": written(failed)}
        )
    return Sentence(" ".join(parts), _("Below is why, and what you can do."))


def _uncertain(figures: Figures) -> Sentence | None:
    number = figures.states[State.UNCERTAIN]
    if not number:
        return None
    words = ngettext("Of %(number)s letter it is not known", "Of %(number)s letters it is not known", number)
    return Sentence(
        _("%(letters)s whether it arrived.") % {"letters": words % {"number": written(number)}},
        _("Decide under “Follow” whether to send once more."),
    )


def _waiting(figures: Figures) -> Sentence | None:
    if not figures.waiting:
        return None
    words = ngettext("%(number)s letter is still to leave.", "%(number)s letters are still to leave.", figures.waiting)
    return Sentence(words % {"number": written(figures.waiting)}, _("The figures change until then."))


def _skipped(figures: Figures) -> Sentence | None:
    number = figures.states[State.SKIPPED] + figures.states[State.CANCELLED]
    if not number:
        return None
    words = ngettext("%(number)s letter was not sent: ", "%(number)s letters were not sent: ", number) % {
        "number": written(number)
    }
    return Sentence(words + _("the mailing was cancelled, or the recipient was no longer among the recipients."))


def _duration(figures: Figures) -> Sentence | None:
    if figures.first is None or figures.last is None:
        return None
    minutes = round((figures.last - figures.first).total_seconds() / 60)
    when = {"first": moment(figures.first), "last": moment(figures.last)}
    if minutes < 1:
        return Sentence(_("All letters left within a minute, %(first)s.") % when)
    return Sentence(
        _("The first letter left %(first)s and the last %(last)s: it took %(time)s.") % {**when, "time": in_words(minutes)}
    )


def _left_us(figures: Figures) -> Sentence:
    if not figures.unsubscribed and figures.complaints == 0:
        return Sentence(_("Since the mailing began nobody has unsubscribed, and nobody has reported the letter as junk mail."))
    gone = ngettext(
        "Since the mailing began %(number)s has unsubscribed",
        "Since the mailing began %(number)s have unsubscribed",
        figures.unsubscribed,
    ) % {"number": written(figures.unsubscribed)}
    if figures.complaints is None:
        return Sentence(_("%(gone)s. How many reported it as junk mail is no longer kept.") % {"gone": gone})
    junk = ngettext(
        "%(number)s has reported the letter as junk mail", "%(number)s have reported the letter as junk mail", figures.complaints
    ) % {"number": written(figures.complaints)}
    return Sentence(_("%(gone)s and %(junk)s.") % {"gone": gone, "junk": junk})


def state(code: str) -> str:
    """What became of a letter, in a word or two; the desk's own words for what is still to come."""
    ended = {
        State.SENT: _("Delivered"),
        State.BOUNCED: _("Came back"),
        State.FAILED: _("Refused"),
        State.UNCERTAIN: _("Not known"),
        State.SKIPPED: _("Not sent"),
        State.CANCELLED: _("Called off"),
    }
    return ended.get(State(code)) or str(State(code).label).capitalize()


def visits(number: int | None) -> Sentence:
    """How many visits came through the letter's link, and what that says and does not."""
    if number is None:
        words = _("So few have followed the letter's link to the web page that the number is not shown.")
    else:
        words = ngettext(
            "The web page has had %(number)s visit through the letter's link.",
            "The web page has had %(number)s visits through the letter's link.",
            number,
        ) % {"number": written(number)}
    note = _("Visits are counted all together, never per person: nobody can see who has been there, or who has not.")
    return Sentence(f"{words} {note}")


def reason(one: Reason) -> str:
    """Why, in words, also when it is not known."""
    return one.words or (_("Another reason.") if one.is_kept else _("The reason is not known, or no longer kept."))


def moment(at: object) -> str:
    """Date and time on the municipality's clock."""
    return formats.date_format(timezone.localtime(at), "j F Y H:i")  # type: ignore[arg-type]


def in_words(minutes: int) -> str:
    """“2 hours 5 minutes”."""
    hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    parts = []
    if hours:
        parts.append(ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": written(hours)})
    if rest:
        parts.append(ngettext("%(number)s minute", "%(number)s minutes", rest) % {"number": rest})
    return " ".join(parts)
