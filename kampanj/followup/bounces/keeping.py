"""What people have answered, sealed in private storage until somebody has dealt with it."""

from __future__ import annotations

from django.db.models import QuerySet

from kampanj.audience.exceptions import RosterRefused
from kampanj.audience.importing import vault
from kampanj.followup.bounces.models import Answer

FOLDER = "answers"


def keep(digest: str, content: bytes) -> str:
    """Seal a copy; returns its path."""
    path = f"{FOLDER}/{digest}"
    vault.seal(path, [content])
    return path


def kept(answer: Answer) -> bytes | None:
    """The message as it came; None when it is no longer kept."""
    if not answer.kept:
        return None
    try:
        with vault.unseal(answer.kept) as opened:
            return opened.read()
    except RosterRefused:
        return None


def forget(answers: QuerySet[Answer]) -> int:
    """Remove the copies, and who had written; returns how many rows. The rows stay, so that nothing is handled twice."""
    rows = list(answers.exclude(kept="", sender_key="", sender_shown="").values_list("pk", "kept"))
    for _key, path in rows:
        if path:
            vault.remove(path)
    Answer.objects.filter(pk__in=[key for key, _path in rows]).update(kept="", sender_key="", sender_shown="")
    return len(rows)


def done(answer: Answer) -> None:
    """Somebody has dealt with it: the copy goes, and who had written.

    Of whom an automatic answer went to the keyed hash stays, until the row goes: nobody is to get another one for that.
    """
    if answer.kept:
        vault.remove(answer.kept)
    values = {"kept": "", "sender_shown": ""} | ({} if answer.answered_at else {"sender_key": ""})
    Answer.objects.filter(pk=answer.pk).update(**values)


def on_erased(*, address_key: str, **kwargs: object) -> None:
    """A person is erased: their own words go as well."""
    forget(Answer.objects.filter(sender_key=address_key))
