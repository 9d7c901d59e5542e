"""The ways from a campaign to what is made of it, in sight at the top of its editor: Wagtail keeps header buttons behind “…”.

Later rooms hang theirs up under Wagtail's hook WAY; each is called with the page and the user, as for a header button.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from wagtail import hooks
from wagtail.admin.panels import HelpPanel
from wagtail.admin.widgets import Button

WAY = "kampanj_campaign_way"


def ways(page: Any, user: Any) -> list[Button]:
    """Where this user can go from the campaign, in the order of their priority; nowhere from one that is not saved."""
    if not page.pk:
        return []
    return sorted(button for found in hooks.get_hooks(WAY) for button in found(page, user))


class WaysPanel(HelpPanel):
    """A row of links, shown while there is any."""

    class BoundPanel(HelpPanel.BoundPanel):
        """For one campaign and whoever edits it."""

        @cached_property
        def ways(self) -> list[Button]:
            """See `ways`."""
            return ways(self.instance, self.request.user)

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.ways)
