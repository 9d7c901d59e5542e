"""A form's field for a file in private storage: its name is shown, for it has no address."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.forms import ClearableFileInput


class PrivateFileInput(ClearableFileInput):
    """Shows the file's name where Django's own links to the file."""

    template_name = "kampanj/desk/private_file.html"

    def is_initial(self, value: Any) -> bool:
        """Whether there is a file; Django's own asks for its address."""
        return bool(value)

    def format_value(self, value: Any) -> Any:
        """The file's name without its folder."""
        return PurePosixPath(value.name).name if self.is_initial(value) else None
