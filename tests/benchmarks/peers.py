"""How others send the same letters: Django's own loop, and django-post_office's queue, each with its usual settings.

A process of its own, for each wants its own Django. It makes ready, says so, waits for a line, sends, and stays until its
standard input ends: `python -m tests.benchmarks.peers NAME PORT LETTERS FILE DATABASE_URL`.
"""

from __future__ import annotations

import email
import email.policy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAMES = ("django-loop", "post_office")
BATCH = 500


def main() -> None:
    """Make ready, wait, send."""
    name, port, letters, file, database = sys.argv[1:]
    prepare(name, int(port), database)
    parts: Any = email.message_from_bytes(Path(file).read_bytes(), policy=email.policy.default)
    words = {
        "subject": str(parts["Subject"]),
        "message": parts.get_body(("plain",)).get_content(),
        "html_message": parts.get_body(("html",)).get_content(),
    }
    send = {"django-loop": django_loop, "post_office": post_office}[name](int(letters), words)
    print("ready", flush=True)
    sys.stdin.readline()
    send()
    print("done", flush=True)
    sys.stdin.readline()


def prepare(name: str, port: int, database: str) -> None:
    """A Django with nothing but what the peer needs."""
    import django
    import environ
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"] if name == "post_office" else [],
        DATABASES={"default": environ.Env.db_url_config(database)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        USE_TZ=True,
        SECRET_KEY="bench",  # Signs nothing.
        # It fills subject and text as templates.
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        # 0: no row in a log for each letter.
        POST_OFFICE={"LOG_LEVEL": 0, "MAX_RETRIES": 0},
    )
    django.setup()
    if name == "post_office":
        call_command("migrate", verbosity=0)


def django_loop(letters: int, words: dict[str, str]) -> Callable[[], None]:
    """One message after the other on one connection, nothing written down."""
    from django.core.mail import EmailMultiAlternatives, get_connection

    def send() -> None:
        with get_connection() as connection:
            for number in range(letters):
                message = EmailMultiAlternatives(
                    words["subject"],
                    words["message"],
                    "ung@example.org",
                    [f"v{number}@example.org"],
                    connection=connection,
                    headers={"List-Unsubscribe": f"<https://example.org/{number}>"},
                )
                message.attach_alternative(words["html_message"], "text/html")
                message.send()

    return send


def post_office(letters: int, words: dict[str, str]) -> Callable[[], None]:
    """Rows laid down beforehand, not counted; then the queue is sent until it is empty."""
    from post_office import mail

    for start in range(0, letters, BATCH):
        mail.send_many(
            [
                {
                    "sender": "ung@example.org",
                    "recipients": [f"v{number}@example.org"],
                    "headers": {"List-Unsubscribe": f"<https://example.org/{number}>"},
                    **words,
                }
                for number in range(start, min(letters, start + BATCH))
            ]
        )
    return mail.send_queued_mail_until_done


if __name__ == "__main__":
    main()
