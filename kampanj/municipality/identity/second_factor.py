"""The second factor of local accounts: who must have one, how it is kept, and the way to it (django-allauth's mfa).

A sign-in service asks for its own second factor: whoever comes through it is not asked for another one here.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import segno
from allauth.account.signals import authentication_step_completed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kampanj.municipality.keys import keys
from kampanj.municipality.models import User
from kampanj.municipality.roles import COMMUNICATOR, ROLES

PRIVILEGED = tuple(role for role in ROLES if role != COMMUNICATOR)
THROUGH_SERVICE = "kampanj_through_service"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def must_have(user: User) -> bool:
    """Whether settings.REQUIRE_MFA asks a second factor of this user."""
    if settings.REQUIRE_MFA == "privileged":
        return user.is_superuser or user.groups.filter(name__in=PRIVILEGED).exists()
    return bool(settings.REQUIRE_MFA == "all")


def came_through_service(request: HttpRequest, user: AbstractBaseUser) -> bool:
    """Whether this session began, or is about to begin, at the municipality's sign-in service."""
    return bool(request.session.get(THROUGH_SERVICE) == user.pk)


def note_step(sender: Any, request: HttpRequest, user: AbstractBaseUser, method: str, **kwargs: Any) -> None:
    """Remember who has come through the service (receiver of allauth's `authentication_step_completed`)."""
    if method == "socialaccount":
        request.session[THROUGH_SERVICE] = user.pk


def connect() -> None:
    """Take notes from now on; called once, at start."""
    authentication_step_completed.connect(note_step, dispatch_uid="kampanj.note_step")


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor between password and session, unless the sign-in service has answered for the person."""

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        if came_through_service(self.request, self.login.user):
            return None, True
        return super().handle()


class SecondFactorMiddleware:
    """Leads whoever must have a second factor, and has none, to its set-up before anything else in the desk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.REQUIRE_MFA != "off" and self._is_in_the_desk(request.path) and self._lacks_one(request):
            return redirect("mfa_index")
        return self.get_response(request)

    def _is_in_the_desk(self, path: str) -> bool:
        open_to_all = ("wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite")
        if not path.startswith(reverse("wagtailadmin_home")) or path.startswith(reverse("kampanj_own_account")):
            return False
        return path not in [reverse(name) for name in open_to_all]

    def _lacks_one(self, request: HttpRequest) -> bool:
        user = request.user
        if not isinstance(user, User) or came_through_service(request, user):
            return False
        return must_have(user) and not Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets sealed under HASH_KEY, QR codes by segno, names in our words, and the last required factor stays."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return str(settings.WAGTAIL_SITE_NAME)

    def build_totp_svg(self, url: str) -> str:
        drawn = io.BytesIO()
        segno.make(url, error="m", micro=False).save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return drawn.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
        return others.exists() or not must_have(User.objects.get(pk=authenticator.user_id))

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Security key") if number == 1 else _("Security key %(number)d") % {"number": number}


def _cipher() -> MultiFernet:
    """Seals with the newest key; opens what any of them has sealed."""
    return MultiFernet([_of_key(key) for key in keys()])


def _of_key(key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"kampanj.second_factor").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
