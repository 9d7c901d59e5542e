"""Table of contents: what every room adds to the desk."""

from wagtail.snippets.models import register_snippet

from kampanj.audience import viewsets as audience
from kampanj.audience.importing import hooks as import_hooks
from kampanj.audience.log import hooks as log_hooks
from kampanj.audience.segments import hooks as segment_hooks
from kampanj.content import hooks as content_hooks
from kampanj.content.help_lines import hooks as help_line_hooks
from kampanj.content.help_lines import viewsets as help_lines
from kampanj.content.helpful import hooks as helpful_hooks
from kampanj.content.search import viewsets as search
from kampanj.distribution import hooks as distribution_hooks
from kampanj.distribution import records
from kampanj.distribution import viewsets as distribution
from kampanj.distribution.deliveries import hooks as delivery_hooks
from kampanj.followup.rights import hooks as rights_hooks
from kampanj.municipality import hooks as municipality_hooks

__all__ = [
    "content_hooks",
    "delivery_hooks",
    "distribution_hooks",
    "help_line_hooks",
    "helpful_hooks",
    "import_hooks",
    "log_hooks",
    "municipality_hooks",
    "records",
    "rights_hooks",
    "segment_hooks",
]

for viewset in (*distribution.VIEWSETS, *audience.VIEWSETS, *help_lines.VIEWSETS, *search.VIEWSETS):
    register_snippet(viewset)
