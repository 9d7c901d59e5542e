"""What mail servers said most often of the letters that did not arrive."""

from __future__ import annotations

import re
from collections import Counter

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kampanj.distribution.models import Delivery
from kampanj.distribution.redaction import redacted

FAILED = (Delivery.State.FAILED, Delivery.State.BOUNCED)
# Queue ids and hosts differ from answer to answer: those with the same code (RFC 5321) and status (RFC 3463) are one.
_CODES = re.compile(r"\d{3}(?: \d\.\d{1,3}\.\d{1,3})?|\d\.\d{1,3}\.\d{1,3}")
_WORDS = 90


def most_common(rows: QuerySet[Delivery], *, count: int = 2) -> str:
    """The `count` most common answers of the failed among the rows, with how often: “550 5.1.1 No such user (5), …”.

    Without addresses. An empty string when nothing was said.
    """
    said: Counter[str] = Counter()
    example: dict[str, str] = {}
    for reply in rows.filter(state__in=FAILED).exclude(smtp_reply="").values_list("smtp_reply", flat=True).iterator():
        codes = _CODES.match(reply)
        kind = codes.group() if codes else reply
        said[kind] += 1
        example.setdefault(kind, reply)
    return ", ".join(f"{redacted(example[kind])[:_WORDS]} ({often})" for kind, often in said.most_common(count))


def with_answers(sentence: str, rows: QuerySet[Delivery]) -> str:
    """The sentence, followed by what was answered most often."""
    answers = most_common(rows)
    return (
        _("%(sentence)s Most common answers: %(answers)s") % {"sentence": sentence, "answers": answers} if answers else sentence
    )
