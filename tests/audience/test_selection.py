"""A segment reaches whoever matches every limit, each address once, and nobody who must not be written to."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kampanj.audience.identity import address_key
from kampanj.audience.models import Guardian, SchoolContact, Segment, Suppression, Topic
from kampanj.audience.selection import Limits, count, letters_within, recipients, recipients_within
from kampanj.audience.suppression import lift, must_not_be_written_to, suppress
from tests.audience.rosters import R, bring

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


@pytest.fixture
def roster(schools):
    bring(
        R("E1", "G1", school="Norra skolan", grade="7"),
        R("E2", "G1", school="Södra skolan", grade="1", language=""),
        R("E3", "G2", school="Norra skolan", grade="1", language="ar"),
        R("E4", "G3", school="Gymnasiet", grade="gy1", language="so"),
        R("E4", "G4", "g3@example.org", school="Gymnasiet", grade="gy1", language="so"),
    )
    return schools


def segment(*, schools=(), **limits) -> Segment:
    made = Segment.objects.create(name="En målgrupp", **limits)
    made.schools.set(schools)
    return made


def reached(chosen: Segment) -> set[str]:
    return {getattr(recipient, "external_id", recipient.email) for recipient in recipients(chosen)}


def test_no_limit_is_everybody(roster):
    assert reached(segment()) == {"G1", "G2", "G3", "G4"}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"grades": ["1"]}, {"G1", "G2"}),
        ({"grades": ["7", "gy1"]}, {"G1", "G3", "G4"}),
        ({"districts": ["Centrum"]}, {"G1", "G2", "G3", "G4"}),
        ({"districts": ["Hamnen"]}, {"G1"}),
        ({"districts": ["Hamnen"], "grades": ["7"]}, set()),
        ({"languages": ["ar", "so"]}, {"G2", "G3", "G4"}),
        ({"languages": ["ar"], "grades": ["7"]}, set()),
        ({"grades": ["9"]}, set()),
    ],
)
def test_limits(roster, limits, expected):
    assert reached(segment(**limits)) == expected


def test_school_and_grade_must_be_one_childs(roster):
    norra = roster["Norra skolan"]
    assert reached(segment(schools=[norra])) == {"G1", "G2"}
    Segment.objects.all().delete()
    assert reached(segment(schools=[norra], grades=["1"])) == {"G2"}


def test_an_address_is_counted_once(roster):
    chosen = segment(languages=["so"])
    assert (recipients(chosen).count(), count(chosen)) == (2, 1)


def test_suppressed_addresses_are_left_out_until_every_reason_is_lifted(roster):
    chosen = segment()
    key = address_key("g2@example.org")
    assert suppress(key, Suppression.Reason.UNSUBSCRIBED)
    assert not suppress(key, "unsubscribed")
    assert suppress(key, "address_gone")
    assert reached(chosen) == {"G1", "G3", "G4"}
    assert lift(key, "unsubscribed")
    assert not lift(key, "unsubscribed")
    assert reached(chosen) == {"G1", "G3", "G4"}
    assert lift(key, "address_gone")
    assert reached(chosen) == {"G1", "G2", "G3", "G4"}


def test_an_unknown_reason_is_refused(roster):
    with pytest.raises(ValueError, match="whim"):
        suppress(address_key("g2@example.org"), "whim")


def test_who_must_not_be_written_to_takes_two_queries(roster):
    bring(R(marking="Sekretessmarkering", email="p@example.org"), source="other")
    for address in ("g1@example.org", "p@example.org"):
        suppress(address_key(address), "unsubscribed")
    addresses = ("g1@example.org", "p@example.org", "g2@example.org", "g2@example.org")
    with CaptureQueriesContext(connection) as queries:
        barred = must_not_be_written_to(address_key(address) for address in addresses)
    assert barred == {address_key("g1@example.org"): "suppressed", address_key("p@example.org"): "protected"}
    assert len(queries) == 2
    assert must_not_be_written_to([]) == {}


def test_very_many_keys_are_asked_for_in_parts(roster):
    suppress(address_key("g1@example.org"), "unsubscribed")
    assert len(must_not_be_written_to([*(str(number) for number in range(300_000)), address_key("g1@example.org")])) == 1


@pytest.fixture
def contacts(schools):
    for name, school in schools.items():
        SchoolContact.objects.create(school=school, email=f"{name.split()[0].lower()}@example.org".replace("ö", "o"))
    return schools


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, {"norra", "sodra", "gymnasiet"}),
        ({"districts": ["Centrum"]}, {"norra", "gymnasiet"}),
        ({"languages": ["sv"]}, {"norra", "sodra", "gymnasiet"}),
        ({"languages": ["en"]}, set()),
        ({"grades": ["gy2"]}, {"gymnasiet"}),
        ({"grades": ["9"]}, {"norra", "sodra"}),
    ],
)
def test_school_contacts_without_a_roster(contacts, limits, expected):
    assert reached(segment(kind="schools", **limits)) == {f"{name}@example.org" for name in expected}


def test_school_contacts_of_the_schools_where_the_roster_has_the_grade(contacts):
    bring(R("E1", grade="7"), R("E2", school="Gymnasiet", grade="gy1"))
    assert reached(segment(kind="schools", grades=["9", "gy1"])) == {"sodra@example.org", "gymnasiet@example.org"}


def test_a_contact_shares_suppression_with_a_guardian_of_the_same_address(contacts):
    bring(R(email="norra@example.org"))
    suppress(address_key("Norra@example.org"), "unsubscribed")
    assert count(segment(kind="schools")) == 2
    assert count(Segment(kind="guardians", name="x", pk=Segment.objects.get().pk)) == 0


def test_a_contacts_address_is_compared_in_one_form(contacts):
    contact = SchoolContact(school=contacts["Gymnasiet"], email="Rektor@Räksmörgås.se")
    contact.full_clean(exclude=["address_key"])
    contact.save()
    assert contact.email == "rektor@xn--rksmrgs-5wao1o.se"
    assert contact.address_key == address_key("rektor@xn--rksmrgs-5wao1o.se")


def test_level_limits_both_kinds(roster, contacts):
    assert reached(segment(levels=["upper_secondary"])) == {"G3", "G4"}
    Segment.objects.all().delete()
    assert reached(segment(kind="schools", levels=["upper_secondary"])) == {"gymnasiet@example.org"}


def test_those_in_another_segment_are_taken_away_by_address(roster):
    arabic = Segment.objects.create(name="Arabiska", languages=["ar"])
    chosen = segment()
    chosen.minus.set([arabic])
    assert reached(chosen) == {"G1", "G3", "G4"}
    SchoolContact.objects.create(school=roster["Norra skolan"], email="g1@example.org")
    chosen.minus.add(Segment.objects.create(name="Skolor", kind="schools"))
    assert reached(chosen) == {"G3", "G4"}


def test_what_takes_away_can_itself_be_taken_from(roster):
    seventh = Segment.objects.create(name="Sjuan", grades=["7"])
    norra = Segment.objects.create(name="Norra")
    norra.schools.set([roster["Norra skolan"]])
    norra.minus.set([seventh])
    chosen = segment()
    chosen.minus.set([norra])
    assert reached(chosen) == {"G1", "G3", "G4"}


def test_whoever_is_suppressed_still_takes_away(roster):
    """Else the other address of somebody who has unsubscribed would come back."""
    Guardian.objects.filter(external_id__in=["G1", "G2"]).update(identity_key="same")
    suppress(address_key("g2@example.org"), "address_gone")
    chosen = segment()
    chosen.minus.set([Segment.objects.create(name="Arabiska", languages=["ar"])])
    assert reached(chosen) == {"G3", "G4"}


def test_a_person_in_two_sources_gets_one_letter_where_it_was_read_in_last(roster):
    bring(R("E9", "G9", "ny@example.org", school="Norra skolan", grade="7"), source="annan")
    Guardian.objects.filter(external_id__in=["G1", "G9"]).update(identity_key="same")
    letters = letters_within(Limits(kind="guardians"))
    keys = {letter["address_key"] for letter in letters}
    assert address_key("ny@example.org") in keys
    assert address_key("g1@example.org") not in keys
    assert letters.count() == len(keys) == 3
    Guardian.objects.filter(external_id="G1").update(imported_at=timezone.now() + dt.timedelta(days=1))
    assert address_key("g1@example.org") in {letter["address_key"] for letter in letters.all()}


def test_people_without_a_known_identity_are_not_one_person(roster):
    assert set(Guardian.objects.values_list("identity_key", flat=True)) == {""}
    assert letters_within(Limits(kind="guardians")).count() == 3


def test_a_shared_address_is_written_to_in_the_municipalitys_language_when_theirs_differ(roster):
    def language() -> str:
        (letter,) = letters_within(Limits(kind="guardians", grades=["gy1"]))
        return letter["written_in"]

    assert language() == "so"
    Guardian.objects.filter(external_id="G4").update(language="ar")
    assert language() == "sv"


def test_a_suppression_for_a_topic_leaves_out_only_letters_on_it(roster):
    ours, other = (Topic.objects.create(name=name) for name in ("Trygghet", "Lov"))
    Suppression.objects.create(address_key=address_key("g2@example.org"), reason="unsubscribed", topic=ours)
    chosen = segment(languages=["ar"])
    assert (count(chosen), count(chosen, topic=other), count(chosen, topic=ours), count(chosen, topic=ours.pk)) == (1, 1, 0, 0)


def test_who_has_said_no_at_one_address_is_not_written_to_at_another(roster):
    Guardian.objects.filter(external_id__in=["G1", "G2"]).update(identity_key="same")
    suppress(address_key("g2@example.org"), "address_gone")
    assert reached(segment()) == {"G1", "G3", "G4"}
    suppress(address_key("g2@example.org"), "unsubscribed")
    assert reached(Segment.objects.get()) == {"G3", "G4"}


def test_what_was_approved_before_there_were_levels_still_loads(roster):
    old = {"kind": "guardians", "schools": [], "districts": [], "grades": ["1"], "languages": []}
    assert Limits(**old) == Limits(kind="guardians", schools=[], districts=[], grades=["1"], languages=[])
    assert recipients_within(Limits(**old)).count() == 2


def test_a_segment_that_is_taken_away_can_change_without_reaching_anybody_else(roster):
    arabic = Segment.objects.create(name="Arabiska", languages=["ar"])
    chosen = segment()
    chosen.minus.set([arabic])
    kept = json.loads(json.dumps(Limits.of(chosen).as_json()))
    arabic.languages = ["so"]
    arabic.save()
    assert {person.external_id for person in recipients_within(Limits(**kept))} == {"G1", "G3", "G4"}
