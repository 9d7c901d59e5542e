"""The audience's log: written and read, never changed, and removed only when it is old; in the database too."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kampanj.audience.exceptions import LogIsAppendOnly
from kampanj.audience.log import guard
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import forget_before, record
from kampanj.audience.log.words import in_words, subject_in_words
from kampanj.municipality.models import User
from tests.installation import Installation

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
Action = AudienceEvent.Action
REPORT = "/admin/rapporter/logg/"


def event(*, years: float = 0, **values: Any) -> AudienceEvent:
    at = timezone.now() - dt.timedelta(days=365 * years)
    return AudienceEvent.objects.create(**{"at": at, "actor_name": "system", "action": Action.CHECKED, **values})


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError:
        return True
    return False


def test_neither_rows_nor_queries_can_be_changed_or_deleted() -> None:
    kept = event()
    for forbidden in (
        kept.save,
        kept.delete,
        AudienceEvent.objects.all().delete,
        lambda: AudienceEvent.objects.update(subject="x"),
    ):
        with pytest.raises(LogIsAppendOnly):
            forbidden()
    assert AudienceEvent.objects.count() == 1


def test_the_database_refuses_what_goes_around_the_model() -> None:
    event()
    event(years=3)
    assert refused(f"UPDATE {guard.TABLE} SET subject = 'x'")
    assert refused(f"DELETE FROM {guard.TABLE}")
    assert AudienceEvent.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {guard.TABLE} WHERE at < %s", [timezone.now() - guard.KEPT])
    assert AudienceEvent.objects.count() == 1


def test_only_what_is_older_than_two_years_can_be_forgotten() -> None:
    event(years=1.9)
    event(years=2.1)
    with pytest.raises(ValueError, match="two years"):
        forget_before(timezone.now() - dt.timedelta(days=729))
    assert forget_before(timezone.now() - dt.timedelta(days=730)) == 1
    assert forget_before(timezone.now() - dt.timedelta(days=730)) == 0
    assert AudienceEvent.objects.count() == 1


def test_the_guard_comes_back_when_a_migration_has_made_the_table_anew() -> None:
    guard.lift(connection)
    guard.ensure()
    event()
    assert refused(f"DELETE FROM {guard.TABLE}")


def test_a_person_s_account_can_go_while_what_they_did_stays(django_user_model: type[User]) -> None:
    user = django_user_model.objects.create_user("anna", "anna@example.org", "x")
    record(Action.EXPORTED, by=user, rows=3)
    user.delete()
    assert AudienceEvent.objects.get().actor_name == "anna"


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_can_be_cleared_afterwards() -> None:
    event()


POSTGRESQL = """
import datetime as dt
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.log.record import forget_before
for days in (0, 800):
    AudienceEvent.objects.create(at=timezone.now() - dt.timedelta(days=days), actor_name="system", action="checked")
for sql in ("UPDATE kampanj_audienceevent SET subject = 'x'", "DELETE FROM kampanj_audienceevent"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError:
        print("refused")
print(forget_before(timezone.now() - dt.timedelta(days=731)), AudienceEvent.objects.count())
with connection.cursor() as cursor:
    cursor.execute("TRUNCATE kampanj_audienceevent")
print(AudienceEvent.objects.count())
"""


def test_postgresql_holds_the_same(tmp_path: Path, postgres_url: str) -> None:
    installation = Installation(tmp_path, environment={"DATABASE_URL": postgres_url})
    installation.manage("migrate", "--verbosity", "0")
    said = installation.manage("shell", "--verbosity", "0", "--command", POSTGRESQL).stdout
    assert said.split("\n")[:4] == ["refused", "refused", "1 1", "0"]


def test_the_report_is_for_those_who_may_see_the_log(admin_client: Any, client: Any, django_user_model: type[User]) -> None:
    record(Action.EXPORTED, by=django_user_model.objects.get(username="admin"), subject="spärrar", rows=3)
    html = admin_client.get(REPORT).content.decode()
    assert "exporterade" in html or "exported" in html
    assert "spärrar" in html
    assert client.get(REPORT).status_code == 302


def test_the_report_is_filtered_by_who_what_and_when(admin_client: Any) -> None:
    event(action=Action.ERASED, subject="den-ena", actor_name="anna")
    event(action=Action.EXPORTED, subject="den-andra", years=1)
    results = reverse("kampanj_audience_log_results")
    year_ago = (timezone.now() - dt.timedelta(days=30)).date().isoformat()
    for choice in ({"action": "erased"}, {"actor_name": "ANN"}, {"at_from": year_ago}):
        html = admin_client.get(results, choice).content.decode()
        assert "den-ena" in html, choice
        assert "den-andra" not in html, choice


def test_the_report_says_in_words_what_happened(admin_client: Any) -> None:
    event(action=Action.EXPORTED, subject="guardians", details={"rows": 3, "format": "csv", "whole": False})
    event(action=Action.LISTED, subject="search", details={"found": []})
    event(action=Action.EXTRACTED, subject="k", details={"by_what": "address", "found": True, "form": "page"})
    event(action=Action.ERASED, subject="k", details={"ground": "request", "guardians": 1, "case_number": ""})
    event(action=Action.SEGMENT_CHANGED, subject="3", details={"name": "Grade 7", "what": "added"})
    event(action=Action.RETENTION, details={"removed": {"staged_files": 2}})
    with override("en"):
        said = [(subject_in_words(row), in_words(row)) for row in AudienceEvent.objects.order_by("pk")]
    assert said == [
        ("Guardians", "rows: 3; format: csv; whole addresses: no"),
        ("search for one person", "found: 0"),
        ("k", "looked for by: e-mail address; found: yes; form: on the screen"),
        ("k", "reason: the person has asked for it (article 17); rows as a guardian: 1"),
        ("Grade 7", "what was done: the segment was added"),
        ("", "what was removed: Files of rosters 2"),
    ]


def test_an_export_of_the_log_runs_no_formula_and_is_logged(admin_client: Any) -> None:
    event(subject="=2+5")
    answer = admin_client.get(REPORT, {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) >= 2
    assert "'=2+5" in {cell for line in lines for cell in line.split(";")}
    assert not any("+00:00" in line for line in lines)
    assert AudienceEvent.objects.filter(action=Action.EXPORTED, subject="audience-log").count() == 1
    assert admin_client.get(REPORT, {"export": "xlsx"}).status_code == 200
