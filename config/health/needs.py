"""What an installation needs in order to work. Each need is asked here, for the health addresses and the doctor alike.

Each function returns when the need is met and raises Unwell with one translated sentence, free of secrets, when it is not.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

import redis
from amqp.exceptions import AMQPError
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import Error, NotSupportedError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import KombuError, OperationalError

from config.celery import app
from kampanj.distribution import repair, standstill

# A tick every few seconds leaves its trace once a minute.
CLOCK_IS_LATE_AFTER = dt.timedelta(minutes=3)
LETTERS_ARE_LATE_AFTER = dt.timedelta(minutes=15)
# For the broker's connection; whoever asks has a shorter limit of its own.
CONNECT_SECONDS = 3
# A refused password is none of AMQP's errors of the connection.
BROKER_FAULTS = (
    *(OSError, OperationalError, KombuError, redis.RedisError, AMQPError),
    *app.connection_for_write().connection_errors,
)


class Unwell(Exception):
    """A need is not met; says in one translated sentence what is wrong and what to do."""


def database() -> None:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except NotSupportedError as fault:
        raise Unwell(_("The database is too old: %(fault)s") % {"fault": _first_line(fault)}) from fault
    except Error as fault:
        raise Unwell(_("The database does not answer: %(fault)s. Check DATABASE_URL.") % {"fault": _first_line(fault)}) from fault


def migrations() -> None:
    """Every migration has been carried out."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as fault:
        raise Unwell(_("The database does not answer: %(fault)s. Check DATABASE_URL.") % {"fault": _first_line(fault)}) from fault
    if plan:
        raise Unwell(
            _("The database lacks %(count)s migrations, the first is %(name)s. Run “manage.py migrate”.")
            % {"count": len(plan), "name": plan[0][0]}
        )


def broker() -> None:
    """The broker lets us in and opens a channel; nothing is put there."""
    try:
        with app.connection_for_write(connect_timeout=CONNECT_SECONDS) as link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=CONNECT_SECONDS)
            link.default_channel  # noqa: B018  # Opening it is the question.
    except BROKER_FAULTS as fault:
        raise Unwell(_("The broker does not answer: %(fault)s. Check BROKER_URL.") % {"fault": _first_line(fault)}) from fault


def storage() -> None:
    """Both stores answer: in a folder a file can be written, read and taken away; a bucket is asked, and nothing is put there."""
    for name, words in stores():
        store = storages[name]
        try:
            if hasattr(store, "answer"):
                store.answer()
            else:
                _keeps_a_file(store, words)
        except Unwell:
            raise
        except Exception as fault:
            # A store may be anything, and raise anything: whatever it is, files cannot be kept.
            raise Unwell(
                _("The store of %(which)s does not answer: %(fault)s.") % {"which": words, "fault": _first_line(fault)}
            ) from fault


def kept_files() -> None:
    """A file can be written, read and taken away in both stores, wherever they lie."""
    for name, words in stores():
        _keeps_a_file(storages[name], words)


def stores() -> tuple[tuple[str, str], ...]:
    """Each store's alias, and what lies there."""
    return ("private", _("private files (VAR_DIR)")), ("default", _("public files (MEDIA_ROOT)"))


def _keeps_a_file(store: Storage, words: str) -> None:
    content = secrets.token_bytes(1024)
    try:
        written = store.save(f"halsa/{secrets.token_hex(8)}", ContentFile(content))
        try:
            with store.open(written) as file:
                is_whole = file.read() == content
        finally:
            store.delete(written)
    except Exception as fault:
        # As above.
        raise Unwell(
            _("The store of %(which)s cannot be written to: %(fault)s.") % {"which": words, "fault": _first_line(fault)}
        ) from fault
    if not is_whole:
        raise Unwell(_("The store of %(which)s gives back something else than it was given.") % {"which": words})


def the_clock() -> None:
    """Beat, broker and a worker are alive: together they have ticked lately."""
    try:
        seen = repair.last_tick()
    except Error as fault:
        raise Unwell(_("The database does not answer: %(fault)s. Check DATABASE_URL.") % {"fault": _first_line(fault)}) from fault
    if seen is None:
        raise Unwell(_("The clock has never ticked. Start “celery -A config beat” and a worker, or “manage.py start”."))
    late = timezone.now() - seen
    if late > CLOCK_IS_LATE_AFTER:
        raise Unwell(
            _("The clock last ticked %(count)s minutes ago. Start “celery -A config beat” and a worker, or “manage.py start”.")
            % {"count": int(late.total_seconds() // 60)}
        )


def deliveries() -> None:
    """No letter that may leave has waited for long while none was taken."""
    try:
        since = standstill.waits_since()
    except Error as fault:
        raise Unwell(_("The database does not answer: %(fault)s. Check DATABASE_URL.") % {"fault": _first_line(fault)}) from fault
    waited = timezone.now() - since if since else dt.timedelta()
    if waited > LETTERS_ARE_LATE_AFTER:
        raise Unwell(
            _("Letters have waited for %(count)s minutes and none has left. See the mailing's page, the workers and the relay.")
            % {"count": int(waited.total_seconds() // 60)}
        )


def _first_line(fault: BaseException) -> str:
    """What a library says of a fault, short: none of those asked here puts a password into it."""
    words = str(fault).strip() or type(fault).__name__
    return words.splitlines()[0][:200].rstrip(".")


# In the order in which they matter; the names stand in the answer of /halsa/redo.
NEEDS: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "storage": storage,
    "clock": the_clock,
    "deliveries": deliveries,
}


def uses_memory_broker() -> bool:
    """Whether the broker is within one process, where no other can ask for it."""
    return str(settings.CELERY_BROKER_URL).startswith("memory")
