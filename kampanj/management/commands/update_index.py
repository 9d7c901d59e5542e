"""`manage.py update_index`: Wagtail's command; before it, the texts that readers search are written anew from the pages."""

from __future__ import annotations

from typing import Any

from wagtail.search.management.commands.update_index import Command as WagtailCommand

from kampanj.content.search.indexing import refresh_all


class Command(WagtailCommand):
    """Needed after an upgrade that changes what is searched, or after pages were put into the database by other means."""

    help = "Writes the searched texts of all pages anew and rebuilds the search index."

    def handle(self, **options: Any) -> None:
        refresh_all()
        super().handle(**options)
