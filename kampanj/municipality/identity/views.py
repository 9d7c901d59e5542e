"""The login page, the limited password reset, and a person's own account: second factor and sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.views import account

from kampanj.municipality.identity import second_factor, sessions


class LoginView(account.LoginView):
    """Wagtail's login page, with the sign-in service's buttons, and a second factor between password and session."""

    template_name = "kampanj/desk/identity/login.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LOCAL_LOGIN:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        # Wagtail's own label is the field's name in English.
        form.fields["password"].label = _("Password")
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop(second_factor.THROUGH_SERVICE, None)
        self.request.session.set_expiry(settings.SESSION_COOKIE_AGE if form.cleaned_data.get("remember") else 0)
        return perform_login(self.request, form.get_user(), redirect_url=self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        doors = [
            {"name": provider.name, "url": provider.get_login_url(self.request, next=self.get_success_url())}
            for provider in (get_adapter().list_providers(self.request) if settings.SOCIALACCOUNT_PROVIDERS else [])
        ]
        return {**super().get_context_data(**kwargs), "doors": doors, "has_local_login": settings.LOCAL_LOGIN}


class LogoutView(account.LogoutView):
    """Wagtail's sign-out; whoever came through the sign-in service is told that they are still signed in there."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_still_in = second_factor.came_through_service(request, request.user)  # type: ignore[arg-type]
        response = super().post(request, *args, **kwargs)
        if not is_still_in:
            return response
        can_sign_out = "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS
        return render(request, "kampanj/desk/identity/signed_out.html", {"can_sign_out": can_sign_out})


class PasswordResetView(account.PasswordResetView):
    """Wagtail's page for a forgotten password; too many wishes get the same answer and no letter."""

    def form_valid(self, form: Any) -> HttpResponse:
        address = str(form.cleaned_data["email"]).casefold()
        if ratelimit.consume(self.request, action="reset_password", key=address):
            return super().form_valid(form)
        return redirect(self.get_success_url())


class RemoveKeyView(RemoveWebAuthnView):
    """Away with a security key, unless it is the last factor of somebody who must have one."""

    def form_valid(self, form: Form) -> HttpResponse:
        if not get_mfa_adapter().can_delete_authenticator(self.get_object()):
            messages.error(
                self.request, _("You must have two-step sign-in. Add another key or an app before you remove this one.")
            )
            return redirect("mfa_index")
        return super().form_valid(form)


@require_GET
@never_cache
@login_required
def own_account(request: HttpRequest) -> HttpResponseBase:
    """How I sign in, and where I am signed in."""
    is_local = request.user.has_usable_password() and not second_factor.came_through_service(request, request.user)  # type: ignore[arg-type, union-attr]
    return render(
        request,
        "kampanj/desk/identity/own_account.html",
        {
            "is_local": is_local,
            "has_second_factor": get_mfa_adapter().is_mfa_enabled(request.user, second_factor.FACTORS),
            "idle_minutes": settings.SESSION_IDLE_MINUTES,
            "hours": settings.SESSION_COOKIE_AGE // 3600,
        },
    )


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponseBase:
    """End all my sessions but this one."""
    sessions.end_others(request)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("kampanj_own_account")
