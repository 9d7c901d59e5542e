"""What an installation goes through before its backup is taken, and what is asked of it afterwards; run by `manage.py shell`."""

from __future__ import annotations

import json
from typing import Any

from tests.installation import Installation

# One mailing ended and archived; one half sent; one planned for later. A roster waits, sealed. Somebody has unsubscribed, and
# somebody is protected.
LIVED = """
import datetime as dt, io
from django.utils import timezone
from kampanj.audience.identity import address_key
from kampanj.audience.importing import staging
from kampanj.audience.models import Guardian, ProtectedAddress, Suppression
from kampanj.audience.suppression import suppress
from kampanj.content.models import campaign_by_slug
from kampanj.distribution import clock, states
from kampanj.distribution.plan import make_mailing
from kampanj.followup.archive import writing
from tests.audience.rosters import R, roster
from tests.distribution.rows import finish
SLUG, ALL = "jag-trodde-aldrig", "Alla vårdnadshavare"
campaign_by_slug(SLUG).get_translations().update(live=False)
keys = list(Guardian.objects.order_by("pk").values_list("address_key", flat=True))
suppress(keys[0], Suppression.Reason.UNSUBSCRIBED)
ProtectedAddress.objects.create(source="skolregistret", address_key=keys[1])
ended = make_mailing(slug=SLUG, segment_name=ALL, at=None, is_approved=True)
clock.start_due(); finish(ended); clock.finish_done(); writing.write_due()
half = make_mailing(slug=SLUG, segment_name=ALL, at=None, is_approved=True)
clock.start_due(); states.claim("test", 3)
later = (timezone.localtime() + dt.timedelta(days=20)).strftime("%Y-%m-%d %H:%M")
planned = make_mailing(slug=SLUG, segment_name=ALL, at=later, is_approved=True)
staging.upload(io.BytesIO(roster(R())), source="en annan lista", file_name="lista.csv", by=None)
print("LIVED", half.pk, planned.pk)
"""
ASKED = """
import hashlib, json
from django.contrib.auth import get_user_model
from django.core.files.storage import storages
from django.db import connection
from kampanj.distribution.models import Delivery, MailingRun
from kampanj.audience.models import Guardian
from config.backup.files import STORES, names, store, sha256_of
not_compared = {"django_session", "django_migrations", "kampanj_audienceevent", "kampanj_chore"}
counts = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        if table not in not_compared:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
print("ASKED", json.dumps({
    "counts": counts,
    "files": {f"{one}/{name}": sha256_of(store(one), name) for one in STORES for name in names(store(one))},
    "runs": {str(run.mailing_id): [run.state, run.pause_reason, run.due_at.isoformat()] for run in MailingRun.objects.all()},
    "held": Delivery.objects.filter(state="uncertain", was_uncertain=True).count(),
    "in_hand": Delivery.objects.filter(state__in=["leased", "sending"]).count(),
    "addresses": sorted(Guardian.objects.values_list("email", flat=True)),
    "users": get_user_model().objects.count(),
}))
"""
# Somebody moves, and is then erased: the backup knows an earlier address.
ERASED = """
from django.contrib.auth.models import AnonymousUser
from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian
from kampanj.followup.rights.erasure import Ground, erase
from kampanj.followup.rights.person import Sought
row = Guardian.objects.order_by("-pk")[0]
was = row.email
row.email, row.address_key = "ny.adress@example.org", address_key("ny.adress@example.org")
row.save()
sought = Sought(by="address", address=row.email, address_key=row.address_key)
assert erase(sought, by=AnonymousUser(), ground=Ground.REQUEST) is not None
print("ERASED", was)
"""
# What is forbidden after the backup was made: an unsubscription, one from a topic that the backup lacks, a complaint, an address
# that does not exist, a protected address, a person whose id is protected and whose address is not known, a school's link, an
# account, a picture and a film.
FORBIDDEN = """
import collections
from kampanj.audience.importing.rows import guardian_trace
from kampanj.audience.models import Guardian, ProtectedAddress, ProtectedIdentity, School, Suppression, Topic
from kampanj.audience.suppression import must_not_be_written_to, suppress
from kampanj.distribution.models import Mailing
from kampanj.followup.schools import links
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import CampaignImage, User
numbers = collections.Counter(Guardian.objects.values_list("address_key", flat=True))
alone = [key for key, number in numbers.items() if number == 1]
free = set(alone) - set(must_not_be_written_to(alone))
rows = list(Guardian.objects.filter(address_key__in=free).order_by("-pk")[:6])
topic = Topic.objects.create(name="Nytt ämne")
suppress(rows[0].address_key, Suppression.Reason.UNSUBSCRIBED)
suppress(rows[1].address_key, Suppression.Reason.UNSUBSCRIBED, topic=topic)
suppress(rows[2].address_key, Suppression.Reason.COMPLAINED)
suppress(rows[3].address_key, Suppression.Reason.ADDRESS_GONE, note="550 5.1.1")
Guardian.objects.filter(pk__in=[row.pk for row in rows[4:]]).delete()
ProtectedAddress.objects.create(source=rows[4].source, address_key=rows[4].address_key)
ProtectedIdentity.objects.create(source=rows[5].source, key=guardian_trace(rows[5].source, rows[5].external_id))
links.revoke(Mailing.objects.earliest("pk"), School.objects.earliest("pk"))
User.objects.filter(pk=User.objects.latest("pk").pk).update(is_active=False)
for model in (CampaignImage, CampaignMedia):
    model.objects.filter(pk=model.objects.earliest("pk").pk).update(consent="missing")
print("FORBIDDEN", *[row.email for row in rows])
"""
HELD = """
import json
from kampanj.audience.models import Guardian, ProtectedAddress, ProtectedIdentity, Suppression
from kampanj.audience.identity import address_key
from kampanj.audience.suppression import must_not_be_written_to
from kampanj.followup.schools.models import SchoolLink
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import CampaignImage, User
emails = EMAILS
keys = [address_key(email) for email in emails]
print("HELD", json.dumps({
    "in_register": [Guardian.objects.filter(address_key=key).exists() for key in keys],
    "barred": [must_not_be_written_to([key]).get(key, "") for key in keys],
    "of_topic": Suppression.objects.filter(address_key=keys[1], topic__name="Nytt ämne").count(),
    "notes": Suppression.objects.filter(note="550 5.1.1").count(),
    "identities": ProtectedIdentity.objects.count(),
    "links": SchoolLink.objects.filter(revoked_at__isnull=False).count(),
    "closed": User.objects.filter(is_active=False).count(),
    "missing": [model.objects.filter(consent="missing").count() for model in (CampaignImage, CampaignMedia)],
}))
"""


def shell(installation: Installation, script: str, word: str) -> str:
    """Run the script; what it prints after `word`."""
    printed = installation.manage("shell", "--no-imports", "--command", script).stdout
    return next(line for line in printed.splitlines() if line.startswith(f"{word} ")).removeprefix(f"{word} ")


def asked(installation: Installation) -> dict[str, Any]:
    """Counts per table, files with checksums, runs, deliveries and addresses."""
    found: dict[str, Any] = json.loads(shell(installation, ASKED, "ASKED"))
    return found


def held(installation: Installation, emails: list[str]) -> dict[str, Any]:
    """What is forbidden, of what FORBIDDEN has forbidden to these addresses and otherwise."""
    found: dict[str, Any] = json.loads(shell(installation, HELD.replace("EMAILS", repr(emails)), "HELD"))
    return found


def last_line(printed: str) -> dict[str, Any]:
    """A command's last line, which is JSON."""
    told: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return told
