"""The approved letters that a pump has opened, each once."""

from __future__ import annotations

from kampanj.distribution import states
from kampanj.distribution.approval import approved_message, missing_letter
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
