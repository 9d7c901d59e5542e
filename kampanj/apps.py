"""The app: fills content's doors and front page from later rooms, and makes roles and workflow after every migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KampanjConfig(AppConfig):
    """One Django app; its rooms are packages."""

    name = "kampanj"
    verbose_name = _("Campaigns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kampanj import checks
        from kampanj.audience.log import guard
        from kampanj.channels import email
        from kampanj.content import purging
        from kampanj.content.doors import open_door
        from kampanj.content.front_page import put_up
        from kampanj.content.help_lines import first_aid
        from kampanj.content.search import indexing
        from kampanj.distribution import protection
        from kampanj.distribution.approval import ensure_workflow
        from kampanj.distribution.sending import throttle
        from kampanj.followup.promises import front
        from kampanj.municipality.roles import ensure_roles

        checks.register()
        purging.connect()
        first_aid.connect()
        indexing.connect()
        protection.connect()
        throttle.connect()
        for door in email.DOORS:
            open_door(door)
        put_up(front.SHELF)
        # In this order: the workflow's task is given to the approvers' group.
        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="kampanj.ensure_roles")
        post_migrate.connect(ensure_workflow, sender=self, dispatch_uid="kampanj.ensure_workflow")
        post_migrate.connect(guard.ensure, sender=self, dispatch_uid="kampanj.guard_log")
