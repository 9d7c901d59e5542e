"""Lanes: emergencies, then corrections, then mailings in turn, through the real pump; test letters wait for none of them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from kampanj.audience.identity import address_key
from kampanj.audience.models import Child, Guardian, GuardianChild, School
from kampanj.distribution import clock, states
from kampanj.distribution.models import Mailing, MailingRun
from kampanj.distribution.plan import make_mailing
from kampanj.distribution.pump import WINDOW, pump, stopping
from kampanj.distribution.testletter import send_test
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR
from tests.distribution.people import approve, person, requested_by
from tests.mailserver import MailServer, Received

Priority = MailingRun.Priority
PEOPLE = 160


class OnLetter(list[Received]):
    """The relay's letters; `calls` are made when so many have come."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[int, Callable[[], None]] = {}

    def append(self, letter: Received) -> None:
        super().append(letter)
        if call := self.calls.pop(len(self), None):
            call()


def many_people() -> None:
    """PEOPLE guardians and no other."""
    Guardian.objects.all().delete()
    child = Child.objects.create(source="lanes", key="lanes", school=School.objects.all()[0], grade="7")
    emails = [f"v{number}@example.org" for number in range(PEOPLE)]
    guardians = Guardian.objects.bulk_create(
        Guardian(source="lanes", external_id=email, email=email, address_key=address_key(email)) for email in emails
    )
    GuardianChild.objects.bulk_create([GuardianChild(guardian=one, child=child) for one in guardians])


def begun(priority: Priority) -> Mailing:
    mailing = make_mailing(slug="jag-trodde-aldrig", segment_name="Alla vårdnadshavare", at=None, is_approved=True)
    MailingRun.objects.filter(mailing=mailing).update(priority=priority)
    assert clock.start_due() == 1
    return mailing


def mailings_in_order(relay: MailServer) -> list[int]:
    """The mailing of each letter, read from its Message-ID, in the order in which they came."""
    return [int(str(letter.message["Message-ID"]).strip("<").partition(".")[0]) for letter in relay.messages]


@pytest.mark.django_db(transaction=True)
def test_a_correction_leaves_before_what_is_left_of_a_mailing_under_way(relay: MailServer) -> None:
    many_people()
    relay.messages = letters = OnLetter()
    bulk = begun(Priority.BULK)
    correction: list[Mailing] = []

    def start_correction() -> None:
        thread = threading.Thread(target=lambda: (correction.append(begun(Priority.CORRECTION)), connection.close()))
        thread.start()
        # The relay keeps its answer back until the correction is there: its rows are as old as those of the next claim.
        thread.join()

    letters.calls[20] = start_correction
    pump()
    order = mailings_in_order(relay)
    assert order.count(bulk.pk) == order.count(correction[0].pk) == PEOPLE
    last = len(order) - 1 - order[::-1].index(correction[0].pk)
    assert order[20 : last + 1].count(bulk.pk) <= states.CLAIM_SIZE + WINDOW


@pytest.mark.django_db
def test_the_lanes_are_emergencies_corrections_and_the_rest(relay: MailServer) -> None:
    many_people()
    lanes = {priority: begun(priority).pk for priority in (Priority.BULK, Priority.CORRECTION, Priority.URGENT)}
    pump()
    order = mailings_in_order(relay)
    firsts = [order.index(lanes[priority]) for priority in (Priority.URGENT, Priority.CORRECTION, Priority.BULK)]
    assert firsts == sorted(firsts)
    # A few of two mailings are on their way side by side where one ends and the next begins.
    assert firsts[1] >= PEOPLE - WINDOW
    assert firsts[2] >= 2 * PEOPLE - WINDOW


@pytest.mark.django_db
def test_a_mailing_that_corrects_another_gets_the_corrections_lane() -> None:
    mailing = requested_by(person("rattare", COMMUNICATOR), is_correction=True)
    assert approve(mailing, person("vakt", APPROVER)).run.priority == Priority.CORRECTION
    assert Priority.URGENT < Priority.CORRECTION < Priority.BULK


@pytest.mark.django_db(transaction=True)
def test_a_test_letter_leaves_while_a_pump_is_busy(relay: MailServer) -> None:
    many_people()
    author: User = person("provare", COMMUNICATOR)
    bulk = begun(Priority.BULK)
    relay.messages = letters = OnLetter()
    relay.seconds_per_letter = 0.05
    busy = threading.Event()
    letters.calls[5] = busy.set
    thread = threading.Thread(target=lambda: (pump(), connection.close()))
    thread.start()
    try:
        assert busy.wait(60)
        send_test(bulk, "prov@example.org", user=author)
        tests = [letter for letter in letters if letter.rcpt_tos == ["prov@example.org"]]
        assert tests
        assert states.sending_mailings() == [bulk.pk]
        assert len(letters) - len(tests) < PEOPLE, "the pump was still at it"
    finally:
        stopping.set()
        thread.join(60)
        stopping.clear()
