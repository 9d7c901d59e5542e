"""Table of contents: what the youth pages add to the desk."""

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from ung.viewpoints import hooks as viewpoint_hooks
from ung.viewpoints import viewsets as viewpoints
from ung.viewpoints.models import Viewpoint

__all__ = ["viewpoint_hooks"]

register_permission_policy(Viewpoint, viewpoints.NobodyAdds(Viewpoint))
for viewset in viewpoints.VIEWSETS:
    register_snippet(viewset)
