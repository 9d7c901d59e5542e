"""How long a session lasts: idle time, a longest time, and an end wherever it is when its person's rights change.

Django ends the sessions of whoever changes password and forgets whoever is deactivated. What else must end them raises
`User.session_epoch`, which is part of what a session is checked against (`User.get_session_auth_hash`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.db.models import F
from django.db.models.signals import m2m_changed
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from kampanj.municipality.models import User

SIGNED_IN = "kampanj_signed_in"
SEEN = "kampanj_seen"
# Seconds between two notes of the last time somebody was there: not every request writes to the database.
NOTE_EVERY = 60


class SessionLimitMiddleware:
    """Signs out whoever has not been there for SESSION_IDLE_MINUTES, or came longer ago than SESSION_HOURS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without a cookie there is no session, and looking for one would make every public page depend on cookies.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        now = time.time()
        signed_in = request.session.setdefault(SIGNED_IN, now)
        seen = request.session.setdefault(SEEN, now)
        idle = 60 * settings.SESSION_IDLE_MINUTES
        if now - signed_in > settings.SESSION_COOKIE_AGE or (idle and now - seen > idle):
            logout(request)
            messages.info(request, _("You have been signed out, because it was long since you were here. Sign in again."))
        elif now - seen > NOTE_EVERY and is_by_hand(request):
            request.session[SEEN] = now


def is_by_hand(request: HttpRequest) -> bool:
    """Whether somebody does something: not a page that asks by itself how it goes."""
    if request.path.startswith(reverse("wagtailadmin_home") + "editing-sessions/"):
        return False
    return request.method not in ("GET", "HEAD") or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def note_sign_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Begin to count (receiver of user_logged_in)."""
    request.session[SIGNED_IN] = request.session[SEEN] = time.time()


def end_all(*users: int) -> None:
    """End every session of the users with these ids; who has never signed in has none."""
    User.objects.filter(pk__in=users, last_login__isnull=False).update(session_epoch=F("session_epoch") + 1)


def end_others(request: HttpRequest) -> None:
    """End every session of the request's user but this one."""
    user = User.objects.get(username=request.user.get_username())
    end_all(user.pk)
    user.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, user)


def end_when_roles_change(sender: Any, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Whoever gets or loses a role signs in again (receiver of m2m_changed for User.groups)."""
    if action == "pre_clear" and reverse:
        end_all(*instance.user_set.values_list("pk", flat=True))
    elif action == "post_clear" and not reverse:
        end_all(instance.pk)
    elif action in ("post_add", "post_remove") and pk_set:
        end_all(*(pk_set if reverse else {instance.pk}))
    if isinstance(instance, User):
        # Whoever goes on with this very object, to sign the person in for example, has the new number.
        instance.refresh_from_db(fields=["session_epoch"])


def connect() -> None:
    """Keep to the limits from now on; called once, at start."""
    user_logged_in.connect(note_sign_in, dispatch_uid="kampanj.note_sign_in")
    m2m_changed.connect(end_when_roles_change, sender=User.groups.through, dispatch_uid="kampanj.end_when_roles_change")
