"""The roles and what each may do; `ensure_roles` makes those that are missing after every migrate.

A role that exists is left as the municipality has changed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.management import create_permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

COMMUNICATOR = "Kommunikatör"
APPROVER = "Godkännare"
REGISTRAR = "Målgruppsansvarig"

_EDIT = ("add", "change", "delete", "view")
_LOOK = ("view",)

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    COMMUNICATOR: {
        "mailing": ("add", "change", "delete", "view", "lock", "unlock"),
        "segment": _EDIT,
        "school": _EDIT,
        "schoolcontact": _EDIT,
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
    },
    APPROVER: {
        "mailing": ("change", "view", "send_urgent"),
        "segment": _LOOK,
        "school": _LOOK,
        "helpline": _LOOK,
        "delivery": _LOOK,
        "receipt": _LOOK,
    },
    REGISTRAR: {
        # Deliveries are reached through their mailing.
        "mailing": _LOOK,
        "segment": _LOOK,
        "school": _EDIT,
        "schoolcontact": _EDIT,
        "rosterimport": ("add", "change", "view"),
        "rostersource": _EDIT,
        "guardian": ("view", "export", "extract", "erase"),
        "protectedidentity": ("handle",),
        "suppression": _EDIT,
        "topic": _LOOK,
        "audienceevent": _LOOK,
        "retentionsettings": ("change",),
        "delivery": _LOOK,
    },
}
# What other apps let a role do, as "app.model"; they say so themselves at start (`grant_also`), for we know none of them.
_OTHERS: dict[str, dict[str, tuple[str, ...]]] = {COMMUNICATOR: {}, APPROVER: {}, REGISTRAR: {}}
# Of Wagtail's own: redirects, and the editors' picks among search results.
WAGTAIL_MODELS = {COMMUNICATOR: {"wagtailredirects": "redirect", "wagtailsearchpromotions": "searchpromotion"}}
PAGE_PERMISSIONS = {
    COMMUNICATOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    APPROVER: ("change_page", "publish_page"),
    REGISTRAR: (),
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
}


WAGTAIL_GROUPS = ("Editors", "Moderators")
PAGE_WORKFLOW = "Granskning av sidor"


def grant_also(role: str, model: str, verbs: tuple[str, ...]) -> None:
    """Let another app's model ("app.model") be part of what a role may do; called from that app's `ready`."""
    _OTHERS[role][model] = verbs


def ensure_roles(**kwargs: Any) -> None:
    """Make the groups that are missing, with their permissions (receiver of post_migrate)."""
    from django.contrib.auth.models import Group
    from wagtail.models import Collection, Page

    others = {model.partition(".")[0] for models in _OTHERS.values() for model in models}
    ours = ("kampanj", "wagtailadmin", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailmedia", "wagtail_localize")
    for label in dict.fromkeys((*ours, "wagtailredirects", "wagtailsearchpromotions", *sorted(others))):
        create_permissions(apps.get_app_config(label), verbosity=0)
    if not Page.objects.filter(depth=1).exists() or not Collection.objects.filter(depth=1).exists():
        return
    for role in ROLES:
        group, is_new = Group.objects.get_or_create(name=role)
        if is_new:
            _grant(group)
        if is_new and role == APPROVER:
            _take_over_from_wagtail(group)


def _grant(group: Group) -> None:
    """Give a new group what its role may do: models, the whole page tree, all collections."""
    from django.contrib.auth.models import Permission
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    role = group.name
    models = {**{f"kampanj.{model}": verbs for model, verbs in ROLES[role].items()}, **_OTHERS[role]}
    group.permissions.clear()
    for label, codenames in _codenames_by_app(models).items():
        group.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=codenames))
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for label, model in WAGTAIL_MODELS.get(role, {}).items():
        names = [f"{verb}_{model}" for verb in _EDIT]
        group.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=names))
    if role == COMMUNICATOR:
        translating = Permission.objects.filter(codename__in=("submit_translation", "add_locale"))
        group.permissions.add(*translating.filter(content_type__app_label__in=("wagtail_localize", "wagtailcore")))
    root_page, root_collection = Page.objects.get(depth=1), Collection.objects.get(depth=1)
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS[role]):
        GroupPagePermission.objects.create(group=group, page=root_page, permission=permission)
    for permission in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs", "wagtailmedia"), codename__in=COLLECTION_PERMISSIONS[role]
    ):
        GroupCollectionPermission.objects.create(group=group, collection=root_collection, permission=permission)


def _codenames_by_app(models: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """{"kampanj": ["view_receipt", …], …} for {"kampanj.receipt": ("view",), …}."""
    codenames: dict[str, list[str]] = {}
    for name, verbs in models.items():
        label, _dot, model = name.partition(".")
        codenames.setdefault(label, []).extend(f"{verb}_{model}" for verb in verbs)
    return codenames


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
