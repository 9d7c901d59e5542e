"""What happens to accounts, in Wagtail's log beside what is done with them: signing in, roles, passwords, superusers.

Wagtail's own entries say that an account was changed; these say what. They stand in the desk's site history with everything
else, with name and time, and never hold a password or what somebody typed in place of one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry

from kampanj.municipality.keys import recognition_key
from kampanj.municipality.models import User
from kampanj.municipality.network import network_of

SIGNED_IN = "kampanj.signed_in"
SIGNED_OUT = "kampanj.signed_out"
SIGN_IN_FAILED = "kampanj.sign_in_failed"
ROLES_CHANGED = "kampanj.roles_changed"
ACCOUNT_CHANGED = "kampanj.account_changed"
# What of an account is told when it changes, and how.
PASSWORD, SUPERUSER, ACTIVE = "password", "is_superuser", "is_active"
# Networks that have an entry of their own in an hour for one name, and the mark of all others' entry.
MOST_NETWORKS = 20
ELSEWHERE = "elsewhere"


def connect() -> None:
    """Listen; called once at start."""
    user_logged_in.connect(_on_signed_in, dispatch_uid="kampanj.account_log.in")
    user_logged_out.connect(_on_signed_out, dispatch_uid="kampanj.account_log.out")
    user_login_failed.connect(_on_failed, dispatch_uid="kampanj.account_log.failed")
    for relation in (User.groups.through, User.user_permissions.through):
        m2m_changed.connect(_on_roles, sender=relation, dispatch_uid=f"kampanj.account_log.{relation.__name__}")
    pre_save.connect(_on_saving, sender=User, dispatch_uid="kampanj.account_log.changed")
    post_save.connect(_on_saved, sender=User, dispatch_uid="kampanj.account_log.made")


def _on_signed_in(sender: type[Model], user: Any, **kwargs: Any) -> None:
    if isinstance(user, User):
        log(instance=user, action=SIGNED_IN, user=user)


def _on_signed_out(sender: type[Model], user: Any, **kwargs: Any) -> None:
    if isinstance(user, User):
        log(instance=user, action=SIGNED_OUT, user=user)


def _on_failed(sender: str, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Only for a name that is somebody's: what is typed into that field by mistake may be a password.

    One entry for all tries of an hour from one network; those from more than MOST_NETWORKS stand in one together.
    """
    known = User.objects.filter(username=str(credentials.get(User.USERNAME_FIELD) or "").replace("\0", "")).first()
    if known is None:
        return
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        # Of two at once, one waits: else both would make the first entry.
        User.objects.select_for_update().filter(pk=known.pk).first()
        entries = ModelLogEntry.objects.for_instance(known).filter(action=SIGN_IN_FAILED, timestamp__gte=hour)
        of_hour = {str(entry.data.get("from", "")): entry for entry in entries.order_by("pk")}
        sender_mark = _mark_of(request, hour.isoformat())
        if sender_mark not in of_hour and len(of_hour) >= MOST_NETWORKS:
            sender_mark = ELSEWHERE
        entry = of_hour.get(sender_mark)
        if entry is None:
            log(instance=known, action=SIGN_IN_FAILED, data={"from": sender_mark, "tries": 1})
        else:
            entry.data = {**entry.data, "tries": entry.data["tries"] + 1}
            entry.save(update_fields=["data"])


def _mark_of(request: HttpRequest | None, hour: str) -> str:
    """What tells an hour's networks apart in the log, and says nothing of where they are: another one each hour."""
    network = network_of(request) if request is not None else ""
    key = recognition_key().encode()
    return hmac.new(key, f"sign-in failed\0{hour}\0{network}".encode(), hashlib.sha256).hexdigest()[:8]


def _on_roles(
    sender: type[Model], instance: Model, action: str, reverse: bool, model: type[Model], pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Groups and permissions, changed from the account's side or from the other one's."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    what = "added" if action == "post_add" else "removed"
    if not reverse:
        others = model._default_manager.filter(pk__in=pk_set) if pk_set is not None else _of(instance, model)
        _tell([instance], what, others)
    else:
        people = model._default_manager.filter(pk__in=pk_set) if pk_set is not None else _of(instance, model)
        _tell(people, what, [instance])


def _of(instance: Model, model: type[Model]) -> Iterable[Model]:
    """All that a relation holds which is about to be emptied."""
    names = {"Group": "groups", "Permission": "user_permissions", "User": "user_set"}
    manager: Any = getattr(instance, names[model.__name__])
    return list(manager.all())


def _tell(people: Iterable[Model], what: str, others: Iterable[Model]) -> None:
    names = sorted(str(getattr(other, "name", other)) for other in others)
    if names:
        for person in people:
            log(instance=person, action=ROLES_CHANGED, data={what: names})


def _on_saving(sender: type[User], instance: User, raw: bool, update_fields: Iterable[str] | None, **kwargs: Any) -> None:
    watched = {PASSWORD, SUPERUSER, ACTIVE} & set(update_fields if update_fields is not None else (PASSWORD, SUPERUSER, ACTIVE))
    if raw or instance.pk is None or not watched:
        return
    before = User.objects.filter(pk=instance.pk).values(*watched).first()
    if before is None:
        return
    changed = {name: getattr(instance, name) for name, value in before.items() if getattr(instance, name) != value}
    # A hash that is made stronger when somebody signs in is no new password: then Django has forgotten the plain one.
    if PASSWORD in changed and instance._password is None:  # type: ignore[attr-defined]
        del changed[PASSWORD]
    if changed:
        told = {name: True if name == PASSWORD else bool(value) for name, value in changed.items()}
        log(instance=instance, action=ACCOUNT_CHANGED, data=told)


def _on_saved(sender: type[User], instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    """A superuser who is made by a command stands in the log like one who is made in the desk."""
    if created and not raw and instance.is_superuser:
        log(instance=instance, action=ACCOUNT_CHANGED, data={SUPERUSER: True})


@hooks.register("register_log_actions")
def account_log_actions(actions: LogActionRegistry) -> None:
    """What the history of an account can tell."""
    actions.register_action(SIGNED_IN, gettext_lazy("Log in"), gettext_lazy("Logged in"))
    actions.register_action(SIGNED_OUT, gettext_lazy("Log out"), gettext_lazy("Logged out"))

    @actions.register_action(SIGN_IN_FAILED)
    class Refused(LogFormatter):
        label = gettext_lazy("Try to log in")

        def format_message(self, log_entry: Any) -> str:
            tries = log_entry.data.get("tries", 1)
            said = ngettext(
                "One login with this name was refused",
                "%(number)d logins with this name were refused within an hour, all from one place",
                tries,
            )
            if log_entry.data.get("from") == ELSEWHERE:
                said = ngettext(
                    "A login with this name was refused, from one of very many places",
                    "%(number)d logins with this name were refused within an hour, from very many places",
                    tries,
                )
            return said % {"number": tries}

    @actions.register_action(ROLES_CHANGED)
    class Roles(LogFormatter):
        label = gettext_lazy("Change roles")

        def format_message(self, log_entry: Any) -> str:
            data = log_entry.data
            if "added" in data:
                return _("Was given: %(roles)s") % {"roles": ", ".join(data["added"])}
            return _("No longer has: %(roles)s") % {"roles": ", ".join(data.get("removed", []))}

    @actions.register_action(ACCOUNT_CHANGED)
    class Account(LogFormatter):
        label = gettext_lazy("Change an account")

        def format_message(self, log_entry: Any) -> str:
            return "; ".join(_in_words(name, is_on=value) for name, value in log_entry.data.items())


def _in_words(name: str, *, is_on: bool) -> str:
    if name == SUPERUSER:
        return _("May do everything (superuser)") if is_on else _("May no longer do everything")
    if name == ACTIVE:
        return _("The account was opened") if is_on else _("The account was closed")
    return _("The password was changed")
