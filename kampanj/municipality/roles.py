"""The roles and what each may do; `ensure_roles` makes those that are missing after every migrate.

A role that exists is left as the municipality has changed it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions

COMMUNICATOR = "Kommunikatör"
APPROVER = "Godkännare"

_EDIT = ("add", "change", "delete", "view")
_LOOK = ("view",)

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    COMMUNICATOR: {
        "mailing": ("add", "change", "delete", "view", "lock", "unlock"),
        "segment": _EDIT,
        "school": _EDIT,
        "schoolcontact": _EDIT,
        "helpline": _EDIT,
        "sitesettings": ("change",),
        "delivery": _LOOK,
        "receipt": _LOOK,
    },
    APPROVER: {
        "mailing": ("change", "view"),
        "segment": _LOOK,
        "school": _LOOK,
        "helpline": _LOOK,
        "delivery": _LOOK,
        "receipt": _LOOK,
    },
}
PAGE_PERMISSIONS = {
    COMMUNICATOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    APPROVER: ("change_page", "publish_page"),
}
# Wagtail asks for the permissions of its own image and document models, also when ours stand in for them.
COLLECTION_PERMISSIONS = {
    COMMUNICATOR: (
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ),
    APPROVER: ("choose_image", "choose_document"),
}


def ensure_roles(**kwargs: Any) -> None:
    """Make the groups that are missing, with their permissions (receiver of post_migrate)."""
    from django.contrib.auth.models import Group, Permission
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    create_permissions(apps.get_app_config("kampanj"), verbosity=0)
    for label in ("wagtailadmin", "wagtailcore"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    root_page = Page.objects.filter(depth=1).first()
    root_collection = Collection.objects.filter(depth=1).first()
    if root_page is None or root_collection is None:
        return
    for role, rights in ROLES.items():
        group, made = Group.objects.get_or_create(name=role)
        if not made:
            continue
        codenames = [f"{verb}_{model}" for model, verbs in rights.items() for verb in verbs]
        group.permissions.set(Permission.objects.filter(content_type__app_label="kampanj", codename__in=codenames))
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS[role]):
            GroupPagePermission.objects.create(group=group, page=root_page, permission=permission)
        for permission in Permission.objects.filter(content_type__app_label="kampanj", codename__in=COLLECTION_PERMISSIONS[role]):
            GroupCollectionPermission.objects.create(group=group, collection=root_collection, permission=permission)
