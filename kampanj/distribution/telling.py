"""Letters from the desk to its own people about a mailing: one to each, and one that cannot be sent stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.core.mail import get_connection
from django.utils import translation
from wagtail.users.models import UserProfile

from kampanj.municipality.models import User
from kampanj.municipality.notice import Notice

logger = logging.getLogger(__name__)


class Words(NamedTuple):
    """What a letter says, translated."""

    subject: str
    body: str


def tell_each(people: Iterable[User], words: Callable[[], Words]) -> OSError | None:
    """Write to each, in the language of their desk, over one connection; the fault when nobody could be written to.

    Once a letter has left nobody is to be told a second time: then those whose letters could not be sent are logged, by key.
    """
    told = 0
    last: OSError | None = None
    try:
        with get_connection() as connection:
            for person in people:
                try:
                    with translation.override(UserProfile.get_for_user(person).get_preferred_language()):
                        subject, body = words()
                        Notice(subject, body, to=[person.email], connection=connection).send()
                    told += 1
                except OSError as fault:  # SMTPException is one.
                    logger.error("user %s could not be written to: %s", person.pk, type(fault).__name__)
                    last = fault
                    # What the server thinks of the next letter must not depend on this one.
                    connection.close()
    except OSError as fault:
        logger.error("the mail server could not be reached or left: %s", type(fault).__name__)
        last = fault
    return None if told else last
