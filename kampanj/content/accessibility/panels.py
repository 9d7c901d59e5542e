"""What the editor of the statement is reminded of."""

from __future__ import annotations

from wagtail.admin.panels import HelpPanel


class ReviewReminder(HelpPanel):
    """Shown only while the page's last review is older than a year."""

    class BoundPanel(HelpPanel.BoundPanel):
        """The reminder on one page."""

        def is_shown(self) -> bool:
            return bool(self.instance.needs_review)
