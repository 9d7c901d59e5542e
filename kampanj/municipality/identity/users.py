"""Accounts in the desk: whoever manages accounts without being a superuser cannot become one, nor act as one.

Wagtail lets everybody who may change accounts make superusers of others, set their passwords, and give themselves any role.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.users.views.users import CreateView, DeleteView, EditView, UserViewSet

from kampanj.municipality.models import User


def may_touch(who: User, whom: User) -> bool:
    """Whether `who` may change `whom`: only superusers change superusers."""
    return who.is_superuser or not whom.is_superuser


def stop_bulk_action(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponseBase | None:
    """The same limits for what is done to many accounts at once (Wagtail's hook before_bulk_action)."""
    if action.model is User and not request.user.is_superuser:
        if any(whom.is_superuser for whom in objects):
            raise PermissionDenied
        if action_type == "assign_role" and request.user in objects:
            raise PermissionDenied
    return None


class AccountForms:
    """Which fields of the form are open to the one who has it before them."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> forms.Form:
        form: forms.Form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        if not self.request.user.is_superuser:
            if "is_superuser" in form.fields:
                form.fields["is_superuser"].disabled = True
            if getattr(self, "editing_self", False):
                form.fields["groups"].disabled = True
                form.fields["groups"].help_text = _("Your own roles are changed by a colleague.")
        return form


class AccountCreateView(AccountForms, CreateView):
    """A new account."""


class AccountEditView(AccountForms, EditView):
    """An account that exists."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not may_touch(request.user, self.object):  # type: ignore[arg-type]
            raise PermissionDenied


class AccountDeleteView(DeleteView):
    """Away with an account."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_touch(request.user, self.get_object()):  # type: ignore[arg-type]
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class AccountViewSet(UserViewSet):
    """Wagtail's list of accounts, with our limits on what its forms may do."""

    add_view_class = AccountCreateView
    edit_view_class = AccountEditView
    delete_view_class = AccountDeleteView
