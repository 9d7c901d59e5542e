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
        from kampanj.audience import key_check
        from kampanj.channels import email
        from kampanj.channels.print.screen import views as folder
        from kampanj.content import purging
        from kampanj.content.doors import open_door
        from kampanj.content.front_page import put_up
        from kampanj.content.help_lines import first_aid
        from kampanj.content.search import indexing
        from kampanj.distribution import protection
        from kampanj.distribution.deliveries import panels
        from kampanj.distribution.sending import throttle
        from kampanj.followup.archive import panel as archive_panel
        from kampanj.followup.bounces import webhooks
        from kampanj.followup.operations import alarms, render_times
        from kampanj.followup.promises import front
        from kampanj.followup.reports import panel as report_panel
        from kampanj.followup.schools_list import choices, panel
        from kampanj.municipality import account_log
        from kampanj.municipality.identity import lockout, second_factor, sessions
        from kampanj.municipality.spreadsheets import guard_wagtails_exports

        checks.register()
        key_check.register()
        purging.connect()
        guard_wagtails_exports()
        rooms = (account_log, first_aid, indexing, lockout, protection, second_factor, sessions, throttle, webhooks)
        for room in (*rooms, alarms, render_times):
            room.connect()
        for door in (*email.DOORS, folder.DOOR):
            open_door(door)
        put_up(front.SHELF)
        for shown in (panel.PANEL, report_panel.PANEL, archive_panel.PANEL):
            panels.put_up(shown)
        choices.connect()
        self._count_visits()
        self._follow_migrations()

    def _count_visits(self) -> None:
        from kampanj.distribution.handout import visits
        from kampanj.followup.visits import areas, campaigns, doors, letters

        kinds = {letters.KIND: letters.most_a_day, areas.KIND: areas.most_a_day, **campaigns.KINDS}
        for kind, most_a_day in kinds.items():
            doors.make_known(kind, most_a_day)
        visits.hand_in(areas.visits_of)

    def _follow_migrations(self) -> None:
        from kampanj.audience.log import guard
        from kampanj.distribution.approval import ensure_workflow
        from kampanj.municipality.roles import ensure_roles

        # In this order: the workflow's task is given to the approvers' group.
        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="kampanj.ensure_roles")
        post_migrate.connect(ensure_workflow, sender=self, dispatch_uid="kampanj.ensure_workflow")
        post_migrate.connect(guard.ensure, sender=self, dispatch_uid="kampanj.guard_log")
