"""Sign-in through the municipality's own service: who it is by the service's subject, and which roles its groups give.

Roles follow the service at every sign-in, those that are gone too. No group with a role: no entry, and an account that had
roles loses them. An e-mail address never finds an account: a service may not have verified it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from kampanj.municipality.identity.sessions import end_all
from kampanj.municipality.models import User
from kampanj.municipality.roles import ROLES

FORBIDDEN, UNAUTHORIZED = 403, 401
# What Entra ID sends in SAML in place of too many groups.
GROUPS_LINK = "http://schemas.microsoft.com/claims/groups.link"
# What is kept of a service's answer: nothing but what decides about the entry.
ROLES_KEPT, OVERAGE = "roles", "overage"


def roles_of(provider: str, groups: Iterable[Any]) -> list[str]:
    """The roles that a service's groups give, sorted; words that are no role of ours give none."""
    given = settings.GROUP_ROLES.get(provider, {})
    return sorted({given[group] for group in groups if isinstance(group, str) and given.get(group) in ROLES})


def is_overage(claims: dict[str, Any], claim: str) -> bool:
    """Whether Entra ID has left the groups out because there were too many of them (its “groups overage claim”)."""
    names = claims.get("_claim_names")
    says_so = claims.get("hasgroups") in (True, "true") or (isinstance(names, dict) and claim in names) or GROUPS_LINK in claims
    return claim not in claims and says_so


def groups_in(claims: dict[str, Any], claim: str) -> list[Any]:
    """The groups in a service's answer: a list, or a single one."""
    found = claims.get(claim, [])
    return list(found) if isinstance(found, list | tuple) else [found]


def subject_key(provider: str, issuer: str, subject: str) -> str:
    """By what an account is recognised: the subject at this issuer. Another issuer's equal subject is another person."""
    return hashlib.sha256("\0".join((provider, issuer, subject)).encode("utf-8", "surrogatepass")).hexdigest()


def refuse(request: HttpRequest, sentence: str, *, status: int = FORBIDDEN) -> NoReturn:
    """End the sign-in with a page that says why and what to do."""
    raise ImmediateHttpResponse(render(request, "kampanj/desk/identity/refused.html", {"sentence": sentence}, status=status))


class FederationAdapter(DefaultSocialAccountAdapter):
    """django-allauth's sign-in services, with roles from groups and no sign-up beyond them."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take from the service's answer what an account needs, and forget the rest."""
        account = sociallogin.account
        said, claim = account.extra_data, settings.GROUP_CLAIMS[account.provider]
        if account.provider == "saml" and not said.get(settings.SAML_SUBJECT_ATTRIBUTE):
            # django-allauth would take the NameID, which with many services is an address that another person may get.
            refuse(request, _("Your sign-in service did not say which account is yours. Ask your IT department to send it."))
        issuer = str(said.get("iss", "")) if account.provider == "oidc" else ""
        account.uid = subject_key(account.provider, issuer, account.uid)
        account.extra_data = {ROLES_KEPT: roles_of(account.provider, groups_in(said, claim)), OVERAGE: is_overage(said, claim)}
        user = super().populate_user(request, sociallogin, data)
        user.email = str(data.get("email") or "")[:254]
        user.first_name, user.last_name = user.first_name[:150], user.last_name[:150]
        sociallogin.email_addresses = []
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide about the entry, and let roles follow the groups."""
        said = sociallogin.account.extra_data
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            refuse(request, _("Accounts cannot be joined here. Sign in from the login page."))
        if said[OVERAGE]:
            refuse(
                request,
                _(
                    "You are in so many groups that your sign-in service left them all out. Ask your IT department to send only"
                    " the groups that belong to this application (in Entra ID: “Groups assigned to the application”)."
                ),
            )
        user = sociallogin.user if sociallogin.is_existing else None
        if isinstance(user, User):
            give_roles(user, said[ROLES_KEPT])
            if not user.is_active:
                refuse(request, _("Your account is closed. Ask whoever manages accounts to open it."))
        if not said[ROLES_KEPT]:
            refuse(
                request,
                _("You are signed in at your sign-in service, but none of your groups gives a role here. Ask for a role."),
            )

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever has a role gets an account at the first sign-in (`pre_social_login` has looked)."""
        return bool(sociallogin.account.extra_data[ROLES_KEPT])

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """A new account, and its roles, at once or not at all."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            give_roles(user, sociallogin.account.extra_data[ROLES_KEPT])
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """One page for everything that goes wrong at the service or on the way."""
        if error == AuthError.CANCELLED:
            refuse(request, _("The sign-in was cancelled. Try again from the login page."), status=UNAUTHORIZED)
        refuse(
            request,
            _("The sign-in could not be completed. Try again from the login page; if it fails again, ask your IT department."),
            status=UNAUTHORIZED,
        )


def give_roles(user: User, roles: list[str]) -> None:
    """Exactly these of the house's roles; groups that an administrator has made are left alone.

    An administrator's account is one that somebody has made by hand; the service makes none.
    """
    with transaction.atomic():
        now = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
        if now == set(roles):
            return
        user.groups.remove(*Group.objects.filter(name__in=now - set(roles)))
        user.groups.add(*Group.objects.filter(name__in=set(roles) - now))
        if not roles:
            end_all(user.pk)
    # Sessions end with the roles; this one has yet to begin, and begins with the new count.
    user.refresh_from_db(fields=["session_epoch"])
