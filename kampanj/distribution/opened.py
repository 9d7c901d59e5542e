"""The approved letters that a pump has opened, each once."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kampanj.distribution import states
from kampanj.distribution.approval import approved_message
from kampanj.distribution.envelope import LetterForm
from kampanj.distribution.exceptions import DistributionError
from kampanj.distribution.models import ApprovedLetter
from kampanj.distribution.senders import OpenLetter


class Letters:
    """The approved letters that a pump has opened, by mailing and language."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], OpenLetter] = {}

    def open(self, row: states.Claimed) -> OpenLetter:
        """The row's letter; DistributionError when its file is not what was approved."""
        key = (row.mailing_id, row.language)
        if key not in self._open:
            letters = ApprovedLetter.objects.select_related("edition", "approval__mailing")
            letter = letters.filter(approval__mailing=row.mailing_id, language=row.language).first()
            if letter is None:
                raise DistributionError(missing_letter(row.language))
            form = LetterForm(approved_message(letter))
            approval = letter.approval
            self._open[key] = OpenLetter(form, letter.edition.municipality, approval.topic_id, approval.mailing.follows_id)
        return self._open[key]


def missing_letter(language: str) -> str:
    """What is said when there is no approved letter in a language in which one is to leave."""
    return _(
        "The approved letter in the language “%(language)s” is missing. Nothing more is sent. Ask whoever runs the system to "
        "restore it, or copy the mailing and have the copy approved."
    ) % {"language": language}
