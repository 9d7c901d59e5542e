"""What this package adds to the desk: the way to one's own sign-in, and limits on what is done to many accounts at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from kampanj.municipality.identity.users import stop_bulk_action


@hooks.register("register_account_menu_item")
def sign_in_menu_item(request: HttpRequest) -> dict[str, Any]:
    """Under Wagtail's “Account”."""
    return {
        "url": reverse("kampanj_own_account"),
        "label": _("Sign-in and security"),
        "help_text": _("Two-step sign-in, and where you are signed in."),
    }


hooks.register("before_bulk_action", stop_bulk_action)
