"""The list of deliveries: masked, searched by the whole address, the same for whomever must not be told apart; and fast."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import Guardian, ProtectedAddress, Suppression
from kampanj.audience.suppression import suppress
from kampanj.distribution import states
from kampanj.distribution.deliveries.listing import PER_PAGE
from kampanj.distribution.deliveries.replies import in_plain_words
from kampanj.distribution.models import Delivery, Mailing
from kampanj.distribution.progress import counts, progress
from tests.distribution import rows
from tests.distribution.people import person

pytestmark = pytest.mark.django_db
Started = Callable[..., Mailing]
State = Delivery.State
Action = AudienceEvent.Action


@pytest.fixture
def look(page_client: type[Client], db: None) -> Client:
    """Somebody who may see deliveries and no whole address."""
    client = page_client()
    client.force_login(person("kim", "Kommunikatör"))
    return client


@pytest.fixture
def registrar(page_client: type[Client], db: None) -> Client:
    """Somebody who may see whole addresses too."""
    client = page_client()
    client.force_login(person("rut", "Målgruppsansvarig"))
    return client


def here(mailing: Mailing) -> str:
    return reverse("kampanj_deliveries", args=[mailing.pk])


def email_of(mailing: Mailing, key: int) -> str:
    row = mailing.deliveries.select_related("guardian").get(pk=key)
    assert row.guardian is not None
    return row.guardian.email


def test_every_row_is_on_one_page_and_no_address_on_any(started: Started, look: Client) -> None:
    mailing = started()
    whole = set(Guardian.objects.values_list("email", flat=True))
    seen: list[int] = []
    address = here(mailing)
    while address:
        page = look.get(address)
        assert not [one for one in whole if one in page.content.decode()]
        seen += [row.pk for row in page.context["rows"]]
        after = page.context["page"].after
        address = f"{here(mailing)}?after={after}" if after else ""
    assert sorted(seen) == sorted(mailing.deliveries.values_list("pk", flat=True))
    back = look.get(f"{here(mailing)}?before={seen[PER_PAGE]}")
    assert [row.pk for row in back.context["rows"]] == seen[:PER_PAGE]
    assert back.context["page"].before is None


def test_filters_and_plain_words(started: Started, look: Client) -> None:
    mailing = started()
    failed = rows.fail(mailing, 2, "552 5.2.2 Mailbox full")
    page = look.get(f"{here(mailing)}?state=failed")
    assert sorted(row.pk for row in page.context["rows"]) == sorted(failed)
    assert {(row.words, row.reply) for row in page.context["rows"]} == {
        (in_plain_words("552 5.2.2 Mailbox full"), "552 5.2.2 Mailbox full")
    }
    arabic = look.get(f"{here(mailing)}?language=ar").context["rows"]
    assert {row.pk for row in arabic} == set(mailing.deliveries.filter(language="ar").values_list("pk", flat=True))
    assert look.get(f"{here(mailing)}?state=odd&after=x&before=²").status_code == 200


def test_the_protected_cannot_be_told_from_the_skipped(started: Started, registrar: Client) -> None:
    mailing = started()
    protected, refusing = mailing.deliveries.filter(language="ar")[:2]
    ProtectedAddress.objects.create(source="elsewhere", address_key=protected.address_key)
    suppress(refusing.address_key, Suppression.Reason.UNSUBSCRIBED)
    emails = [email_of(mailing, row.pk) for row in (protected, refusing)]
    states.take_out([protected.address_key, refusing.address_key])
    shown = registrar.get(f"{here(mailing)}?state=skipped").context["rows"]
    assert len(shown) == 2
    assert len({(row.state, row.address, row.words, row.reply, row.at, row.attempts, row.language) for row in shown}) == 1
    assert registrar.get(f"{here(mailing)}?state=skipped&language=ar").context["rows"] == []
    for row, email in zip((protected, refusing), emails, strict=True):
        assert registrar.get(reverse("kampanj_delivery", args=[mailing.pk, row.pk])).status_code == 404
        assert registrar.post(reverse("kampanj_delivery", args=[mailing.pk, row.pk])).status_code == 404
        assert registrar.post(here(mailing), {"address": email}).context["rows"] == []
    assert not AudienceEvent.objects.filter(action=Action.UNMASKED).exists()


def test_who_is_protected_after_the_letter_looks_like_who_is_gone(started: Started, registrar: Client) -> None:
    mailing = started()
    rows.finish(mailing)
    protected, gone = mailing.deliveries.all()[:2]
    ProtectedAddress.objects.create(source="elsewhere", address_key=protected.address_key)
    Delivery.objects.filter(pk=gone.pk).update(guardian=None)
    shown = {row.pk: row for row in _all(registrar, mailing)}
    assert shown[protected.pk].recipient == shown[gone.pk].recipient
    for row in (protected, gone):
        address = reverse("kampanj_delivery", args=[mailing.pk, row.pk])
        assert not registrar.get(address).context["may_unmask"]
        registrar.post(address)
    assert not AudienceEvent.objects.filter(action=Action.UNMASKED).exists()


def test_a_search_tells_nothing_of_who_is_protected_or_erased_since(started: Started, registrar: Client) -> None:
    mailing = started()
    rows.finish(mailing)
    protected, erased = mailing.deliveries.exclude(guardian=None)[:2]
    emails = [email_of(mailing, row.pk) for row in (protected, erased)]
    assert all(registrar.post(here(mailing), {"address": email}).context["rows"] for email in emails)
    ProtectedAddress.objects.create(source="elsewhere", address_key=protected.address_key)
    Guardian.objects.filter(address_key=erased.address_key).delete()
    answers = {
        re.sub(r"[\w+/=-]{20,}|uuid\S+", "", page.content.decode().partition("<main")[2])  # Without tokens, new each time.
        for page in (registrar.post(here(mailing), {"address": email}) for email in (*emails, "ingen@example.org"))
    }
    assert len(answers) == 1
    found = AudienceEvent.objects.filter(subject="search").order_by("-pk")[:3]
    assert [event.details["found"] for event in found] == [[], [], []]


def test_the_registrar_finds_the_way_to_the_deliveries(started: Started, registrar: Client) -> None:
    mailing = started()
    assert registrar.get("/admin/snippets/kampanj/mailing/").status_code == 200
    assert here(mailing) in registrar.get(reverse("kampanj_mailing_follow", args=[mailing.pk])).content.decode()


def _all(client: Client, mailing: Mailing) -> list:
    found, address = [], here(mailing)
    while address:
        context = client.get(address).context
        found += context["rows"]
        address = f"{here(mailing)}?after={context['page'].after}" if context["page"].after else ""
    return found


def test_a_search_is_by_the_whole_address_and_logged_without_it(started: Started, look: Client) -> None:
    mailing = started()
    row = mailing.deliveries.all()[7]
    email = email_of(mailing, row.pk)
    page = look.post(here(mailing), {"address": f" {email.upper()} "})
    assert [one.pk for one in page.context["rows"]] == [row.pk]
    assert email not in page.content.decode()
    assert page.headers["Cache-Control"].count("no-store")
    assert look.post(here(mailing), {"address": email[1:]}).context["rows"] == []
    assert look.post(here(mailing), {"address": "%"}).status_code == 200
    event = AudienceEvent.objects.filter(action=Action.LISTED, subject="search").earliest("pk")
    assert event.details == {"mailing": mailing.pk, "found": [str(row.pk)]}


def test_one_address_is_unmasked_by_those_who_may_and_logged(started: Started, look: Client, registrar: Client) -> None:
    mailing = started()
    row = mailing.deliveries.all()[3]
    email, address = email_of(mailing, row.pk), reverse("kampanj_delivery", args=[mailing.pk, row.pk])
    look.post(address)
    assert email not in look.get(address).content.decode()
    assert email not in registrar.get(address).content.decode()
    registrar.post(address, {"why": "a@example.org"})
    assert not AudienceEvent.objects.filter(action=Action.UNMASKED).exists()
    page = registrar.post(address, {"why": "hon ringde"})
    assert email in page.content.decode()
    event = AudienceEvent.objects.get(action=Action.UNMASKED)
    assert (event.actor_name, event.details) == ("rut", {"mailing": mailing.pk, "row": row.pk, "why": "hon ringde"})


def test_the_file_is_masked_and_holds_no_formula(started: Started, look: Client) -> None:
    mailing = started()
    key, *_rest = rows.fail(mailing, 2, "550 5.1.1 x")
    Delivery.objects.filter(pk=key).update(smtp_reply="=1+1")
    answer = look.get(f"{here(mailing)}?state=failed&export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    heading, *lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(heading) == 7
    assert len(lines) == 2
    assert all("•••@" in line[0] for line in lines)
    assert "'=1+1" in [cell for line in lines for cell in line]
    assert AudienceEvent.objects.get(action=Action.EXPORTED).details["whole"] is False


def test_nobody_else_sees_it(started: Started, page_client: type[Client]) -> None:
    mailing = started()
    assert page_client().get(here(mailing)).status_code == 302
    assert here(mailing) not in page_client().get(here(mailing), follow=True).redirect_chain[-1][0].split("?")[0]


def test_a_hundred_thousand_rows(started: Started, look: Client, django_assert_max_num_queries: Callable) -> None:
    mailing = started()
    now = timezone.now()
    make = (
        Delivery(mailing=mailing, address_key=f"{number:022x}", language="sv", due=now, state=State.SENT, finished_at=now)
        for number in range(100_000)
    )
    Delivery.objects.bulk_create(make, batch_size=5_000)
    for query in ("", "?state=sent", "?state=failed", "?language=ar", f"?after={mailing.deliveries.latest('pk').pk}"):
        with django_assert_max_num_queries(15):
            started_at = time.perf_counter()
            assert look.get(here(mailing) + query).status_code == 200
        assert time.perf_counter() - started_at < 2, query
    assert progress(mailing)["sent"] == 100_000


def test_counts_are_those_of_the_rows(started: Started) -> None:
    mailing = started()
    rows.fail(mailing, 3, "550 5.1.1 x")
    rows.lose(mailing, 2)
    states.claim("somebody", 4)
    by_hand = dict.fromkeys(State.values, 0)
    for state in mailing.deliveries.values_list("state", flat=True):
        by_hand[state] += 1
    assert counts(mailing) == by_hand
    assert progress(mailing)["finished_count"] == 5
