"""The roles and what each may do; `ensure_roles` makes them after every migrate, and gives them what is new.

A permission is given to a role once (`RoleGrant`): a release's new ones reach roles that exist, what an administrator has taken
away stays away, and what an administrator has added is never touched. docs/roles.md shows the table.

Of an installation from before the notes nobody knows what its roles were given. A role that somebody has changed in the desk is
then left as it is, and the log says what it lacks.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db import connection

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

logger = logging.getLogger(__name__)

COMMUNICATOR = "Kommunikatör"
APPROVER = "Godkännare"
REGISTRAR = "Målgruppsansvarig"
OPERATOR = "Driftansvarig"

_EDIT = ("add", "change", "delete", "view")
_LOOK = ("view",)

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    COMMUNICATOR: {
        "mailing": ("add", "change", "delete", "view", "lock", "unlock"),
        "segment": _EDIT,
        "school": _EDIT,
        "schoolcontact": _EDIT,
        "learningplatform": _EDIT,
        "rosterimport": ("add", "change", "view"),
        "rostersource": ("add", "change", "view"),
        "guardian": _LOOK,
        "suppression": _EDIT,
        "topic": _EDIT,
        "helpline": _EDIT,
        "helpfulcount": _LOOK,
        "synonymgroup": _EDIT,
        "sitesettings": ("change",),
        "sendingsettings": ("change",),
        "delivery": _LOOK,
        "receipt": _LOOK,
        "answer": ("view", "change", "download"),
        "archive": ("view", "download"),
        "handoutround": _EDIT,
    },
    APPROVER: {
        "mailing": ("change", "view", "send_urgent"),
        "segment": _LOOK,
        "school": _LOOK,
        "helpline": _LOOK,
        "delivery": _LOOK,
        "receipt": _LOOK,
        "handoutround": _LOOK,
    },
    REGISTRAR: {
        # Deliveries are reached through their mailing.
        "mailing": _LOOK,
        "segment": _LOOK,
        "school": _EDIT,
        "schoolcontact": _EDIT,
        "learningplatform": _EDIT,
        "rosterimport": ("add", "change", "view"),
        "rostersource": _EDIT,
        "guardian": ("view", "export", "extract", "erase"),
        "protectedidentity": ("handle",),
        "suppression": _EDIT,
        "topic": _LOOK,
        "audienceevent": _LOOK,
        "retentionsettings": ("change",),
        "delivery": _LOOK,
        "archive": ("view", "download"),
    },
    OPERATOR: {
        # Accounts, but for superusers' and one's own roles (identity/users.py). None is deleted: what it did stays its own.
        "user": ("add", "change", "view"),
        "mailing": _LOOK,
        "delivery": _LOOK,
        "rosterimport": _LOOK,
        "rostersource": _LOOK,
        "archive": _LOOK,
        "sitesettings": ("change",),
        "sendingsettings": ("change",),
        "retentionsettings": ("change",),
    },
}
# What other apps let a role do, as "app.model"; they say so themselves at start (`grant_also`), for we know none of them.
_OTHERS: dict[str, dict[str, tuple[str, ...]]] = {role: {} for role in ROLES}
# Of Wagtail's own: redirects, and the editors' picks among search results.
WAGTAIL_MODELS = {COMMUNICATOR: {"wagtailredirects": "redirect", "wagtailsearchpromotions": "searchpromotion"}}
PAGE_PERMISSIONS = {
    COMMUNICATOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    APPROVER: ("change_page", "publish_page"),
    REGISTRAR: (),
    OPERATOR: (),
}
# Wagtail asks for the permissions of its own image, document and media models, also when ours stand in for them.
COLLECTION_PERMISSIONS = {
    COMMUNICATOR: (
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
        "add_media",
        "change_media",
    ),
    APPROVER: ("choose_image", "choose_document"),
    REGISTRAR: (),
    OPERATOR: (),
}


WAGTAIL_GROUPS = ("Editors", "Moderators")
PAGE_WORKFLOW = "Granskning av sidor"


def grant_also(role: str, model: str, verbs: tuple[str, ...]) -> None:
    """Let another app's model ("app.model") be part of what a role may do; called from that app's `ready`."""
    _OTHERS[role][model] = verbs


def ensure_roles(**kwargs: Any) -> None:
    """Make the groups that are missing, and give each what it has never had (receiver of post_migrate)."""
    from django.contrib.auth.models import Group
    from wagtail.models import Collection, Page
    from wagtail.snippets.models import create_extra_permissions

    others = {model.partition(".")[0] for models in _OTHERS.values() for model in models}
    ours = ("kampanj", "wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailmedia", "wagtail_localize")
    for label in dict.fromkeys((*ours, "wagtailredirects", "wagtailsearchpromotions", *sorted(others))):
        create_permissions(apps.get_app_config(label), verbosity=0)
    # Wagtail's own, such as lock_mailing, which it makes after this receiver.
    create_extra_permissions(apps.get_app_config("wagtailsnippets"))
    if not _is_migrated() or not Page.objects.filter(depth=1).exists() or not Collection.objects.filter(depth=1).exists():
        return
    for role in ROLES:
        group, is_new = Group.objects.get_or_create(name=role)
        _give_what_is_new(group, is_new=is_new)
        if is_new and role == APPROVER:
            _take_over_from_wagtail(group)


def _is_migrated() -> bool:
    """Whether the table of grants is there: migrating back and forth also ends here."""
    from kampanj.municipality.models import RoleGrant

    return RoleGrant._meta.db_table in connection.introspection.table_names()


def permissions_of(role: str) -> dict[str, set[str]]:
    """What a role is to have: {"model": {"kampanj.view_mailing", …}, "page": {"add_page", …}, "collection": {"add_image", …}}."""
    models = {**{f"kampanj.{model}": verbs for model, verbs in ROLES[role].items()}, **_OTHERS[role]}
    models.update({f"{label}.{model}": _EDIT for label, model in WAGTAIL_MODELS.get(role, {}).items()})
    wanted = {"wagtailadmin.access_admin"}
    for name, verbs in models.items():
        label, _dot, model = name.partition(".")
        wanted |= {f"{label}.{verb}_{model}" for verb in verbs}
    if role == COMMUNICATOR:
        wanted |= {"wagtail_localize.submit_translation", "wagtailcore.add_locale"}
    return {"model": wanted, "page": set(PAGE_PERMISSIONS[role]), "collection": set(COLLECTION_PERMISSIONS[role])}


def _give_what_is_new(group: Group, *, is_new: bool) -> None:
    """Give the group what its role is to have and was never given, and note it. A new group begins from nothing."""
    from kampanj.municipality.models import RoleGrant

    notes = RoleGrant.objects.filter(role=group.name)
    if is_new:
        notes.delete()
        group.permissions.clear()
    given = set(notes.values_list("permission", flat=True))
    if not given and not is_new and _was_changed_by_hand(group):
        given = _leave_as_it_is(group)
    for kind, names in permissions_of(group.name).items():
        fresh = {name for name in names if f"{kind}:{name}" not in given}
        done = [name for name in sorted(fresh) if _GIVE[kind](group, name)]
        RoleGrant.objects.bulk_create([RoleGrant(role=group.name, permission=f"{kind}:{name}") for name in done])


def _was_changed_by_hand(group: Group) -> bool:
    """Whether the desk's history has somebody changing the role: then what it lacks may have been taken away."""
    from wagtail.models import ModelLogEntry

    return bool(ModelLogEntry.objects.for_instance(group).filter(action="wagtail.edit").exists())


def _leave_as_it_is(group: Group) -> set[str]:
    """Note everything as given to a role that somebody has changed before there were notes; the log names what it lacks."""
    from kampanj.municipality.models import RoleGrant

    wanted = {f"{kind}:{name}" for kind, names in permissions_of(group.name).items() for name in names}
    RoleGrant.objects.bulk_create([RoleGrant(role=group.name, permission=name) for name in sorted(wanted)])
    lacking = sorted(wanted - _had(group))
    if lacking:
        logger.warning(
            "The role %s has been changed in the desk and is left as it is. It may not: %s. "
            "Tick what it is to have under Settings, Groups (docs/roles.md).",
            group.name,
            ", ".join(lacking),
        )
    return wanted


def _had(group: Group) -> set[str]:
    """What the group may do now, as the notes write it."""
    from wagtail.models import GroupCollectionPermission, GroupPagePermission

    models = group.permissions.values_list("content_type__app_label", "codename")
    pages = GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True)
    files = GroupCollectionPermission.objects.filter(group=group).values_list("permission__codename", flat=True)
    return {
        *(f"model:{label}.{codename}" for label, codename in models),
        *(f"page:{codename}" for codename in pages),
        *(f"collection:{codename}" for codename in files),
    }


def _give_model(group: Group, name: str) -> bool:
    """One of a model's permissions ("app.codename"); False when there is none of that name."""
    from django.contrib.auth.models import Permission

    label, _dot, codename = name.partition(".")
    found = Permission.objects.filter(content_type__app_label=label, codename=codename)
    group.permissions.add(*found)
    return found.exists()


def _give_page(group: Group, codename: str) -> bool:
    """One permission on the whole page tree."""
    from django.contrib.auth.models import Permission
    from wagtail.models import GroupPagePermission, Page

    permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
    GroupPagePermission.objects.get_or_create(group=group, page=Page.objects.get(depth=1), permission=permission)
    return True


def _give_collection(group: Group, codename: str) -> bool:
    """One permission on all collections."""
    from django.contrib.auth.models import Permission
    from wagtail.models import Collection, GroupCollectionPermission

    labels = ("wagtailimages", "wagtaildocs", "wagtailmedia")
    root = Collection.objects.get(depth=1)
    for permission in Permission.objects.filter(content_type__app_label__in=labels, codename=codename):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
    return True


_GIVE = {"model": _give_model, "page": _give_page, "collection": _give_collection}


def _take_over_from_wagtail(approvers: Group) -> None:
    """Wagtail comes with two English groups and a workflow of theirs: unused ones go, the workflow becomes the approvers'."""
    from django.contrib.auth.models import Group
    from wagtail.models import GroupApprovalTask, Workflow

    Group.objects.filter(name__in=WAGTAIL_GROUPS, user=None).delete()
    Workflow.objects.filter(name="Moderators approval").update(name=PAGE_WORKFLOW)
    for task in GroupApprovalTask.objects.filter(name="Moderators approval"):
        task.name = PAGE_WORKFLOW
        task.save()
        task.groups.set([approvers])
