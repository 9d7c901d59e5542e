"""A process that stays inside one installation and does what it is told, line by line: starting Django anew for each step
would take longer than the step. Started by `Operator`; speaks JSON on its standard streams.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.installation import ROOT, Installation

SLUG = "jag-trodde-aldrig"
SEGMENT = "Alla vårdnadshavare"


class Operator:
    """The process, from `with` to its end. `deed(…)` is a function of `_Deeds`; `environment` is also the installation's from
    here on."""

    def __init__(self, installation: Installation, **environment: str) -> None:
        self._installation = installation
        installation.environment |= environment

    def __enter__(self) -> Operator:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.operating"],
            cwd=ROOT,
            env={**self._installation.variables(), "DJANGO_SETTINGS_MODULE": "config.settings.base"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def restart(self) -> None:
        """A new process: the old one's connection to the database may be broken."""
        self.__exit__()
        self.__enter__()

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def __call__(self, deed: str, **arguments: Any) -> Any:
        """Do it and return what it returns; RuntimeError with the process's own words when it failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([deed, arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{deed} failed; see above")
        return json.loads(answer)


class _Deeds:
    """What can be asked for."""

    def people(self, count: int) -> int:
        """So many guardians and nobody else, of one child, so that the segment of all reaches them."""
        from kampanj.audience.identity import address_key
        from kampanj.audience.models import Child, Guardian, GuardianChild, School

        Guardian.objects.all().delete()
        child, _made = Child.objects.get_or_create(
            source="bench", key="bench", defaults={"school": School.objects.all()[0], "grade": "7"}
        )
        for start in range(0, count, 5000):
            guardians = Guardian.objects.bulk_create(
                Guardian(
                    source="bench",
                    external_id=str(number),
                    email=f"v{number}@example.org",
                    address_key=address_key(f"v{number}@example.org"),
                )
                for number in range(start, min(count, start + 5000))
            )
            GuardianChild.objects.bulk_create([GuardianChild(guardian=one, child=child) for one in guardians])
        return Guardian.objects.count()

    def mailing(self) -> int:
        """A new approved mailing, due now; its id."""
        from kampanj.distribution.plan import make_mailing

        return make_mailing(slug=SLUG, segment_name=SEGMENT, at=None, is_approved=True).pk

    def count(self) -> int:
        """How many guardians there are."""
        from kampanj.audience.models import Guardian

        return Guardian.objects.count()

    def start_due(self) -> int:
        """What a tick does: mailings that are done are no longer asked for rows, and those that are due begin."""
        from kampanj.distribution import clock

        clock.finish_done()
        return clock.start_due()

    def letter(self, mailing: int, path: str, *, is_eight_bit: bool = True) -> int:
        """Write what leaves for one recipient, as it stands after DATA, into a file for the floor to send; its length."""
        from django.utils import timezone

        from kampanj.distribution.envelope import Addressee
        from kampanj.distribution.links import personal_links
        from kampanj.distribution.models import Delivery
        from kampanj.distribution.opened import Letters
        from kampanj.distribution.senders import message_id
        from kampanj.distribution.states import Claimed

        row = Delivery.objects.filter(mailing=mailing).select_related("guardian")[0]
        email = row.guardian.email if row.guardian else ""
        claimed = Claimed(row.pk, mailing, row.address_key, row.language, 0, email, None, None)
        letter = Letters().open(claimed)
        addressee = Addressee(
            email,
            message_id(claimed, letter.municipality),
            timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
            personal_links(claimed, letter.municipality, topic_id=letter.topic_id),
        )
        text = letter.form.fill_for_wire(addressee, is_eight_bit=is_eight_bit)
        Path(path).write_bytes(text.removesuffix(b".\r\n"))
        return len(text)

    def wake(self, pumps: int) -> None:
        """Send so many wake-ups to the workers."""
        from kampanj.distribution.tasks import pump

        for _ in range(pumps):
            pump.delay()

    def ticks(self, count: int) -> None:
        """Send so many ticks to the workers."""
        from kampanj.distribution.tasks import tick

        for _ in range(count):
            tick.delay()

    def states(self, mailing: int) -> dict[str, int]:
        """Rows per state, and under `run` the mailing's own state."""
        from kampanj.distribution.models import Delivery, MailingRun

        found: dict[str, Any] = dict(Counter(Delivery.objects.filter(mailing=mailing).values_list("state", flat=True)))
        return {**found, "run": MailingRun.objects.get(mailing=mailing).state}

    def resume(self, mailing: int) -> bool:
        """Go on with a paused mailing."""
        from kampanj.distribution import control
        from kampanj.distribution.approval import system_user
        from kampanj.distribution.models import Mailing

        return control.resume(Mailing.objects.get(pk=mailing), user=system_user())

    def addresses(self, mailing: int) -> dict[str, str]:
        """State of each row by address."""
        from kampanj.distribution.models import Delivery

        return dict(Delivery.objects.filter(mailing=mailing).values_list("guardian__email", "state"))

    def held(self, mailing: int) -> list[str]:
        """Addresses of the rows on the held list."""
        from kampanj.distribution import states
        from kampanj.distribution.models import Delivery

        return list(Delivery.objects.filter(states.held(), mailing=mailing).values_list("guardian__email", flat=True))

    def bytes_per_row(self) -> float:
        """The queue's own data in the database, indexes left out, divided by its rows."""
        from django.db import connection

        from kampanj.distribution.models import Delivery

        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_table_size('kampanj_delivery')")
            else:
                cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'kampanj_delivery'")
            return float(cursor.fetchone()[0]) / max(1, Delivery.objects.count())


def main() -> None:
    """Read deeds until the other side closes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    import django

    django.setup()
    deeds = _Deeds()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(deeds, name)(**arguments)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
