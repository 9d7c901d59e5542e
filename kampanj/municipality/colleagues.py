"""Who of those who work in the desk may do something, and can be written to about it."""

from __future__ import annotations

from django.db.models import QuerySet

from kampanj.municipality.models import User

# Where permissions are; the other backend (django-axes) only counts attempts to sign in.
BACKEND = "django.contrib.auth.backends.ModelBackend"


def who_may(permission: str, *, include_superusers: bool = False) -> QuerySet[User]:
    """Active people with the permission (“kampanj.change_helpline”) and an e-mail address, oldest account first."""
    able = User.objects.with_perm(permission, backend=BACKEND, include_superusers=include_superusers)
    return able.exclude(email="").order_by("pk")
