"""One clear sentence instead of a traceback: the rooms' errors become CommandError in commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import translation
from django.utils.translation import gettext as _

from kampanj.channels.artifact import ChannelError
from kampanj.content.exceptions import ContentError
from kampanj.distribution.exceptions import DistributionError


@contextmanager
def told_in_one_sentence() -> Iterator[None]:
    """Speak the municipality's language and turn the rooms' errors into CommandError (exit code 1)."""
    with translation.override(settings.LANGUAGE_CODE):
        try:
            yield
        except (ChannelError, ContentError, DistributionError) as fault:
            raise CommandError(str(fault)) from fault
        except (OperationalError, ProgrammingError) as fault:
            raise CommandError(
                _("The database does not answer or is not up to date. Check DATABASE_URL and run “manage.py migrate”.")
            ) from fault
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
