"""Table of contents: what every room adds to the desk."""

from wagtail.snippets.models import register_snippet

from kampanj.audience import viewsets as audience
from kampanj.audience.importing import hooks as import_hooks
from kampanj.audience.log import hooks as log_hooks
from kampanj.audience.segments import hooks as segment_hooks
from kampanj.channels.lms import viewsets as lms
from kampanj.channels.lms.screen import hooks as package_hooks
from kampanj.channels.print.screen import hooks as folder_hooks
from kampanj.channels.social.screen import hooks as share_hooks
from kampanj.content import hooks as content_hooks
from kampanj.content.help_lines import hooks as help_line_hooks
from kampanj.content.help_lines import viewsets as help_lines
from kampanj.content.helpful import hooks as helpful_hooks
from kampanj.content.search import viewsets as search
from kampanj.distribution import hooks as distribution_hooks
from kampanj.distribution import records
from kampanj.distribution import viewsets as distribution
from kampanj.distribution.deliveries import hooks as delivery_hooks
from kampanj.distribution.handout import hooks as handout_hooks
from kampanj.distribution.handout import viewsets as handout
from kampanj.followup.archive import hooks as archive_hooks
from kampanj.followup.bounces import hooks as bounce_hooks
from kampanj.followup.operations import hooks as operations_hooks
from kampanj.followup.reports import hooks as report_hooks
from kampanj.followup.rights import hooks as rights_hooks
from kampanj.followup.schools_list import hooks as schools_list_hooks
from kampanj.followup.story import hooks as story_hooks
from kampanj.municipality import hooks as municipality_hooks
from kampanj.municipality.identity import hooks as identity_hooks

__all__ = [
    "archive_hooks",
    "bounce_hooks",
    "content_hooks",
    "delivery_hooks",
    "distribution_hooks",
    "folder_hooks",
    "handout_hooks",
    "help_line_hooks",
    "helpful_hooks",
    "identity_hooks",
    "import_hooks",
    "log_hooks",
    "municipality_hooks",
    "operations_hooks",
    "package_hooks",
    "records",
    "report_hooks",
    "rights_hooks",
    "schools_list_hooks",
    "segment_hooks",
    "share_hooks",
    "story_hooks",
]

for viewset in (
    *distribution.VIEWSETS,
    *handout.VIEWSETS,
    *audience.VIEWSETS,
    *lms.VIEWSETS,
    *help_lines.VIEWSETS,
    *search.VIEWSETS,
):
    register_snippet(viewset)
