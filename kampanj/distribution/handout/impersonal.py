"""Fields that are about teams and places, never about a person."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kampanj.content.personal import EMAIL, PERSONAL_NUMBER, TELEPHONE


def refuse_personal(text: str) -> None:
    """ValidationError when the text holds an e-mail address, a telephone number or a personal identity number."""
    if any(pattern.search(text) for pattern in (EMAIL, TELEPHONE, PERSONAL_NUMBER)):
        raise ValidationError(
            _("Write no e-mail address, telephone number or personal identity number here: the name of the team is enough.")
        )
