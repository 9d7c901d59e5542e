"""A block's faces: one template per channel.

A block has one face per channel: `templates/kampanj/blocks/<folder>/{web,lms,print}.html, email.mjml, text.txt`. The base
class picks the face by `channel` in the template context; adding a block is one class, one folder and one migration.
"""

from __future__ import annotations

from typing import Any, ClassVar

from wagtail import blocks

# The file in a block's folder that is its face in each channel. A test walks blocks × faces.
FACES = {"web": "web.html", "lms": "lms.html", "email": "email.mjml", "text": "text.txt", "print": "print.html"}


class FacedBlock(blocks.StructBlock):
    """A block whose template is chosen by channel. Subclasses name their `folder`."""

    folder: ClassVar[str] = ""

    def get_template(self, value: Any = None, context: dict[str, Any] | None = None) -> str:
        """The face for the context's `channel` (the web when none is named, as in the editor's preview)."""
        channel = (context or {}).get("channel", "web")
        return f"kampanj/blocks/{self.folder}/{FACES[channel]}"
