"""django-allauth's account part as this house uses it: no sign-up, lockout, and addresses as our own proxies tell them."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from kampanj.municipality.identity import lockout
from kampanj.municipality.identity.second_factor import came_through_service
from kampanj.municipality.identity.sessions import SIGNED_IN
from kampanj.municipality.network import address_of

# Where an address cannot be read: one common place for all such requests, in the block for documentation (RFC 5737).
NOWHERE = "192.0.2.0"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by whoever manages them, or by the sign-in service; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or NOWHERE

    def get_login_stages(self) -> list[str]:
        return ["kampanj.municipality.identity.second_factor.SecondFactorStage"]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """The last step of every way in: wrong codes may have locked somebody out after the password was right."""
        # Whoever comes through the municipality's service has shown no password that could be guessed here.
        if not came_through_service(request, user) and lockout.is_locked_out(request, user.get_username()):
            raise ImmediateHttpResponse(lockout.locked_out(request))
        super().login(request, user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not show the password again to set up a second factor."""
        signed_in = self.request.session.get(SIGNED_IN, 0)
        return time.time() - signed_in > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No letters: addresses of accounts are nowhere verified, and the desk says what was done."""
