"""Every message of the corpus gets its verdict, and does to the register and the deliveries what that means, and nothing else."""

from __future__ import annotations

import pytest

from kampanj.audience.models import Suppression
from kampanj.distribution.models import Delivery, Mailing
from kampanj.followup.bounces import applying, parse
from kampanj.followup.bounces.kinds import Kind
from tests.followup.bounces.corpus import CASES, Case
from tests.followup.bounces.letters import STRANGER, rows_of, sent_letter

SUPPRESSES = {"gone": "address_gone", "complaint": "complained", "opt-out": "unsubscribed"}
BOUNCES = {"gone", "full", "policy", "failed"}


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len({one.name for one in CASES}) == len(CASES) >= 150


@pytest.mark.django_db
def test_every_message_gets_its_verdict_and_does_nothing_else(mailing: Mailing) -> None:
    Suppression.objects.all().delete()
    rows = rows_of(mailing)
    wrong = []
    for number, one in enumerate(CASES):
        row = rows[number % len(rows)]
        Delivery.objects.filter(pk__in=[other.pk for other in rows]).update(state="sent")
        Suppression.objects.all().delete()
        answer, is_new = applying.take(one.make(sent_letter(row)))
        acts = one.is_ours
        expected = {SUPPRESSES[one.kind]} if acts and one.kind in SUPPRESSES else set()
        state = "bounced" if acts and one.kind in BOUNCES else "sent"
        found = set(Suppression.objects.values_list("address_key", "reason"))
        got = (
            answer.kind,
            found,
            Delivery.objects.get(pk=row.pk).state,
            Delivery.objects.filter(mailing=mailing, state="bounced").count(),
        )
        want = (one.kind, {(row.address_key, reason) for reason in expected}, state, int(state == "bounced"))
        if got != want or not is_new:
            wrong.append(
                (
                    one.name,
                    got[0],
                    "for",
                    want[0],
                    sorted(reason for _key, reason in found),
                    got[2],
                    answer.status,
                    answer.words[:80],
                )
            )
    assert wrong == []


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_no_message_of_strangers_does_anything(one: Case) -> None:
    finding = parse.read(one.make(STRANGER))
    assert isinstance(finding.kind, Kind)
    if not one.is_ours:
        assert not finding.tagged
        assert not finding.letters or finding.reports
