"""Forms of the desk in which something is chosen: what is sent in its place and can be no key counts as nothing chosen.

Wagtail's choosers look up whatever was sent when they show a form again, and the database refuses what is no number, or a larger
one than it can hold.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field, ModelChoiceField, ModelMultipleChoiceField
from wagtail.admin.forms import WagtailAdminModelForm

# Beyond the largest number in a column of keys.
BEYOND = 2**63


class KeyedModelForm(WagtailAdminModelForm):
    """Says of an impossible key what is said when nothing is chosen."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            return
        sent: Any = self.data.copy()
        for name, field in self.fields.items():
            written = sent.get(self.add_prefix(name))
            if isinstance(written, str) and not _may_be_key(field, written):
                sent[self.add_prefix(name)] = ""
        self.data = sent


def _may_be_key(field: Field, written: str) -> bool:
    if not isinstance(field, ModelChoiceField) or isinstance(field, ModelMultipleChoiceField) or field.queryset is None:
        return True
    try:
        key = field.queryset.model._meta.pk.to_python(written)
    except ValidationError:
        return False
    return not isinstance(key, int) or abs(key) < BEYOND
