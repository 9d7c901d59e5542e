"""`manage.py begin`: what a new installation needs before anybody can work in it. What is there already is left as it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.content.beginning import make_front_page
from kampanj.management.faults import told_in_one_sentence


class Command(BaseCommand):
    """Makes the front page, and says what comes next as long as there is no account."""

    help = "Makes the front page of a new installation and says what to do next; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE), told_in_one_sentence():
            made = make_front_page()
            has_account = get_user_model().objects.filter(is_active=True).exists()
        with translation.override(settings.LANGUAGE_CODE):
            if made:
                self.stdout.write(_("The front page is made."))
            if not has_account:
                self._tell_next()

    def _tell_next(self) -> None:
        self.stdout.write(_("Nobody has an account yet. Do this:"))
        for number, step in enumerate(
            (
                _("Make the first account, which may do everything: manage.py createsuperuser"),
                _("Log in at %(url)s/admin/ and fill in Settings → Municipality: name, contact and sender.")
                % {"url": settings.BASE_URL},
                _("Give the others an account each under Settings → Users, with a role. Whoever writes never approves."),
                _("Add the schools under Recipients → Schools, and write the first campaign under Pages."),
            ),
            start=1,
        ):
            self.stdout.write(f"  {number}. {step}")
