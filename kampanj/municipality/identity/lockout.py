"""Lockout after wrong passwords and codes, by name and network together (django-axes).

A municipality sits behind one address, so no network is ever locked out; and a name is locked out only for the network that
guessed, so nobody can keep a colleague out from elsewhere. What comes from many networks at once is slowed (`ceilings`).
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kampanj.municipality.identity import ceilings
from kampanj.municipality.identity.names import hashed
from kampanj.municipality.identity.sessions import end_all
from kampanj.municipality.models import User
from kampanj.municipality.network import address_of

TOO_MANY_REQUESTS = 429


def network(request: HttpRequest) -> str | None:
    """The sender's network (AXES_CLIENT_IP_CALLABLE), by settings.TRUSTED_PROXIES."""
    return address_of(request)


def nobody_named(*args: Any) -> str:
    """What stands in axes' log lines in place of a person (AXES_CLIENT_STR_CALLABLE)."""
    return "one name from one network"


def is_locked_out(request: HttpRequest, name: str) -> bool:
    """Whether nobody may sign in with this user name from this network now."""
    return not AxesProxyHandler.is_allowed(request, {"username": name})


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """The page for whoever is locked out (AXES_LOCKOUT_CALLABLE): the same words for names that exist and names that do not."""
    return render(request, "kampanj/desk/identity/locked_out.html", status=TOO_MANY_REQUESTS)


def unlock(name: str) -> int:
    """Forget the failures of one name from all networks; returns how many rows there were."""
    return int(reset(username=hashed(name)))


def forget_second_factor(user: User) -> None:
    """Remove a user's second factors and recovery codes, and end every session of theirs: the phone is lost."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_all(user.pk)


def count_wrong_code(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A wrong second factor counts as a wrong password does (receiver of allauth's `authentication_failed`)."""
    user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)


def connect() -> None:
    """Count wrong codes, and know from where people sign in, from now on; called once, at start."""
    user_logged_in.connect(ceilings.remember, dispatch_uid="kampanj.known_network")
    authentication_failed.connect(count_wrong_code, dispatch_uid="kampanj.count_wrong_code")
