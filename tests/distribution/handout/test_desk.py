"""“Utdelning” in the desk: plan, follow, change state, correct; who may what; and a sentence for everything that is wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from kampanj.content.models import CampaignPage, campaign_by_slug
from kampanj.distribution.handout import counting, order, states
from kampanj.distribution.handout.counting import Said
from kampanj.distribution.handout.figures import figures_of
from kampanj.distribution.handout.links import area_mark
from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound
from kampanj.distribution.handout.viewsets import RoundDeleteView, RoundEditView
from kampanj.followup.visits.models import VisitCount
from kampanj.municipality.models import User
from kampanj.municipality.roles import APPROVER, REGISTRAR
from tests.distribution.handout.conftest import AREAS, hidden
from tests.distribution.people import person

pytestmark = pytest.mark.django_db
Areas = dict[str, HandoutArea]
ADD = "/admin/snippets/kampanj/handoutround/add/"


def form(areas: list[dict[str, Any]], *, there: int = 0, **fields: Any) -> dict[str, Any]:
    """What the round's form sends."""
    values = {
        "name": "Före påsk",
        "campaign": campaign_by_slug("jag-trodde-aldrig").pk,
        "folder_format": "a65",
        "day": "2027-03-22",
        "team": "Fältgruppen",
        "note": "",
        "reserve": "5",
        "paper": "",
        "delivery_address": "",
        "delivery_contact": "",
        **fields,
    }
    return nested_form_data({**values, "areas": inline_formset(areas, initial=there)})


def edited(handout: HandoutRound, **changes: Any) -> dict[str, Any]:
    """The form of a round that is there, with its areas as they are unless `areas` says otherwise."""
    rows = [{"id": area.pk, "name": area.name, "quantity": area.quantity} for area in HandoutArea.objects.filter(round=handout)]
    areas = changes.pop("areas", rows)
    fields = {name: getattr(handout, name) for name in ("name", "team", "note", "delivery_address", "delivery_contact")}
    return form(areas, there=len(rows), **{**fields, "day": handout.day.isoformat(), **changes})


def edit(handout: HandoutRound) -> str:
    return f"/admin/snippets/kampanj/handoutround/edit/{handout.pk}/"


def follow(handout: HandoutRound) -> str:
    return f"/admin/utdelning/{handout.pk}/"


def test_a_new_round_begins_with_the_districts(desk: Client) -> None:
    page = campaign_by_slug("jag-trodde-aldrig")
    listed = desk.get(f"/admin/kampanj/{page.pk}/utdelning/").content.decode()
    assert "Veckan före jul (demo)" in listed
    assert f"{ADD}?campaign={page.pk}" in listed
    assert f"/admin/kampanj/{page.pk}/utdelning/" in desk.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    shown = desk.get(f"{ADD}?campaign={page.pk}").content.decode()
    districts = re.findall(r'name="areas-\d-name" value="([^"]+)"', shown)
    assert districts == [
        *("Strängnäs", "Mariefred", "Stallarholmen", "Åkers styckebruk", "Länna", "Tosterö/Aspö", "Vårfruberga", "Härad")
    ]
    assert 'list="handout-districts"' in shown
    assert '<option value="Mariefred">' in shown


def test_a_round_is_planned_changed_and_followed(desk: Client) -> None:
    answer = desk.post(ADD, form([{"name": "Mariefred", "quantity": "600"}, {"name": "Marknaden", "quantity": "150"}]))
    handout = HandoutRound.objects.get(name="Före påsk")
    assert answer.headers["Location"] == follow(handout)
    assert [(area.name, area.quantity) for area in handout.areas.all()] == [("Mariefred", 600), ("Marknaden", 150)]
    answer = desk.post(edit(handout), edited(handout, team="Scouterna"))
    assert answer.headers["Location"] == follow(handout)
    assert HandoutRound.objects.get(pk=handout.pk).team == "Scouterna"
    shown = desk.get(follow(handout)).content.decode()
    assert "Scouterna" in shown
    assert "Inget har räknats än." in shown
    assert "Före påsk" in desk.get("/admin/snippets/kampanj/handoutround/").content.decode()
    history = desk.get(f"/admin/snippets/kampanj/handoutround/history/{handout.pk}/")
    assert history.status_code == 200


@pytest.mark.parametrize(
    ("areas", "fields", "sentence"),
    [
        ([{"name": "Mariefred", "quantity": ""}], {}, "Skriv hur många foldrar området ska ha"),
        ([{"name": "Mariefred", "quantity": "0"}], {}, "1"),
        ([{"name": "Mariefred", "quantity": "100001"}], {}, "100000"),
        ([], {}, "Lägg till minst ett område"),
        ([{"name": "Länna", "quantity": "5"}, {"name": "länna ", "quantity": "6"}], {}, "Området finns redan i rundan"),
        ([{"name": "Ring 070-123 45 67", "quantity": "5"}], {}, "Lagets namn räcker"),
        ([{"name": "Länna", "quantity": "5"}], {"team": "anna@example.org"}, "Lagets namn räcker"),
        ([{"name": "Länna", "quantity": "5"}], {"note": "Ring Anna, 0152-123 45"}, "Lagets namn räcker"),
        ([{"name": "Länna", "quantity": "5"}], {"reserve": "101"}, "100"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    desk: Client, areas: list[dict[str, Any]], fields: dict[str, Any], sentence: str
) -> None:
    before = HandoutRound.objects.count()
    answer = desk.post(ADD, form(areas, **fields))
    assert answer.status_code == 200
    assert sentence in answer.content.decode().replace("\xa0", "")
    assert HandoutRound.objects.count() == before


def test_a_format_that_the_campaign_lacks_is_refused_by_the_field(desk: Client) -> None:
    CampaignPage.objects.update(folder_formats=["a5"])
    answer = desk.post(ADD, form([{"name": "Länna", "quantity": "5"}]))
    assert "Kampanjens folder trycks inte i det här formatet" in answer.content.decode()


def test_an_area_that_has_been_counted_stays(desk: Client, handout: HandoutRound, areas: Areas) -> None:
    counting.add(handout, Said({areas["Norr"].pk: 3}))
    rows = [{"id": area.pk, "name": area.name, "quantity": area.quantity} for area in areas.values()]
    without = [{**row, "DELETE": "1"} if row["name"] == "Norr" else row for row in rows]
    answer = desk.post(edit(handout), edited(handout, areas=without))
    assert answer.status_code == 200
    assert "”Norr” har räknats och står kvar" in answer.content.decode()
    without = [{**row, "DELETE": "1"} if row["name"] == "Söder" else row for row in rows]
    assert desk.post(edit(handout), edited(handout, areas=without)).status_code == 302
    assert set(HandoutArea.objects.filter(round=handout).values_list("name", flat=True)) == {"Norr", "Öarna"}


def test_a_round_is_begun_counted_and_done(desk: Client, handout: HandoutRound, areas: Areas) -> None:
    desk.post(f"{follow(handout)}status/under_way/")
    shown = desk.get(follow(handout))
    assert 'name="knows_uncounted" required' in shown.content.decode()
    refused = desk.post(f"{follow(handout)}status/done/", follow=True).content.decode()
    assert "Ingen har räknat Norr, Söder, Öarna" in refused
    numbers = {f"area-{areas[name].pk}": str(number) for name, number in AREAS}
    desk.post(f"{follow(handout)}antal/", {"key": hidden(shown, "key"), **numbers})
    shown = desk.get(follow(handout)).content.decode()
    assert "på skrivbordet" in shown
    assert 'name="knows_uncounted"' not in shown
    desk.post(f"{follow(handout)}status/done/")
    assert HandoutRound.objects.get(pk=handout.pk).state == "done"
    assert "avslutad" in desk.get(follow(handout)).content.decode()
    entry = HandoutCount.objects.filter(area=areas["Norr"]).get()
    assert entry.at_desk
    assert ModelLogEntry.objects.filter(action=counting.COUNTED).exclude(user=None).count() == 3


def test_a_bad_number_keeps_the_form_open_with_what_was_written(desk: Client, handout: HandoutRound, areas: Areas) -> None:
    shown = desk.get(follow(handout))
    answer = desk.post(f"{follow(handout)}antal/", {"key": hidden(shown, "key"), f"area-{areas['Norr'].pk}": "många"})
    assert answer.status_code == 422
    assert "bara siffror" in answer.content.decode()
    assert 'value="många"' in answer.content.decode()
    assert not HandoutCount.objects.filter(area__round=handout).exists()


def test_a_number_is_corrected_at_the_desk(desk: Client, handout: HandoutRound, areas: Areas) -> None:
    counting.add(handout, Said({areas["Norr"].pk: 30}))
    entry = HandoutCount.objects.get(area=areas["Norr"])
    address = f"{follow(handout)}antal/{entry.pk}/"
    shown = desk.get(address)
    assert desk.post(address, {"key": hidden(shown, "key"), "quantity": "40"}).status_code == 302
    assert figures_of(handout).handed_out == 40
    shown = desk.get(follow(handout)).content.decode()
    assert "<s>30</s>" in shown
    assert "i stället för 30" in shown
    assert desk.post(address, {"key": "5f1c2f2e-8f8a-4a0e-9d4b-0123456789ab", "quantity": "41"}).status_code == 422


def test_visits_are_shown_per_area_and_small_numbers_are_not(desk: Client, handout: HandoutRound, areas: Areas) -> None:
    day = handout.day
    for name, visits in (("Norr", 12), ("Söder", 3)):
        VisitCount.objects.create(door=area_mark(areas[name]), day=day, visits=visits, most=200)
    context = desk.get(follow(handout)).context
    assert {one.area.name: number for one, number in context["areas"]} == {"Norr": 12, "Söder": None, "Öarna": 0}
    assert (context["visits"], context["has_hidden"]) == (12, True)


def test_an_approver_looks_and_changes_nothing(client: Client, handout: HandoutRound, areas: Areas) -> None:
    client.force_login(person("granskare", APPROVER))
    shown = client.get(follow(handout)).content.decode()
    assert "Norr" in shown
    assert "/utdelning/" + str(handout.pk) not in re.sub(r"/admin/utdelning/\d+", "", shown)
    assert "csrfmiddlewaretoken" not in re.sub(r"(?s)<header.*?</header>", "", shown.split("<main")[-1])
    for action in ("status/cancelled/", "frys/", "lank/ny/", "antal/"):
        assert client.post(f"{follow(handout)}{action}").status_code in (302, 403)
    assert client.get(f"{follow(handout)}rundblad.pdf").status_code in (302, 403)
    assert client.get(ADD).status_code == 302
    now = HandoutRound.objects.get(pk=handout.pk)
    assert (now.state, now.link_generation, now.edition) == ("planned", 1, None)


@pytest.mark.parametrize("role", [REGISTRAR, ""])
def test_others_see_nothing(client: Client, handout: HandoutRound, role: str) -> None:
    client.force_login(person("annan", role) if role else User.objects.create_user("utanfor", password="x"))
    for address in (follow(handout), f"/admin/kampanj/{handout.campaign_id}/utdelning/", edit(handout)):
        assert client.get(address).status_code in (302, 403)


def test_only_a_round_that_nothing_has_happened_to_can_be_deleted(desk: Client, handout: HandoutRound, areas: Areas) -> None:
    address = f"/admin/snippets/kampanj/handoutround/delete/{handout.pk}/"
    counting.add(handout, Said({areas["Norr"].pk: 1}))
    assert desk.post(address).headers["Location"] == follow(handout)
    HandoutCount.objects.filter(area__round=handout).delete()
    assert desk.post(address).status_code == 302
    assert not HandoutRound.objects.filter(pk=handout.pk).exists()


def test_a_round_that_was_counted_while_it_was_deleted_is_kept(
    desk: Client, handout: HandoutRound, areas: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count comes between the screen's look at the round and the deletion, as it does when two do so at once."""
    real = RoundDeleteView.form_valid

    def counted_first(view: RoundDeleteView, form: Any) -> Any:
        counting.add(handout, Said({areas["Norr"].pk: 1}))
        return real(view, form)

    monkeypatch.setattr(RoundDeleteView, "form_valid", counted_first)
    answer = desk.post(f"/admin/snippets/kampanj/handoutround/delete/{handout.pk}/", follow=True)
    assert answer.redirect_chain[0][0] == follow(handout)
    assert "har räknats, tryckts eller avslutats och finns kvar" in answer.content.decode()
    assert figures_of(handout).handed_out == 1


@pytest.mark.parametrize("what", ["printed", "done"])
def test_a_record_is_not_deleted_among_several(desk: Client, handout: HandoutRound, author: User, what: str) -> None:
    if what == "printed":
        order.freeze(handout, by=author)
    else:
        states.move(handout, "under_way", by=author)
        states.move(handout, "done", by=author, knows_uncounted=True)
    desk.post(f"/admin/bulk/kampanj/handoutround/delete/?id={handout.pk}")
    assert HandoutRound.objects.filter(pk=handout.pk).exists()


def test_a_round_that_is_done_is_changed_by_nobody_until_it_is_taken_up_again(
    desk: Client, handout: HandoutRound, author: User
) -> None:
    sent = edited(handout, team="Scouterna")
    assert desk.get(edit(handout)).status_code == 200
    states.move(handout, "under_way", by=author)
    states.move(handout, "done", by=author, knows_uncounted=True)
    before = HandoutRound.objects.filter(pk=handout.pk).values().get()
    for answer in (desk.get(edit(handout)), desk.post(edit(handout), sent)):
        assert answer.headers["Location"] == follow(handout)
    assert "ändras inte mer" in desk.get(follow(handout)).content.decode()
    for action in ("lank/ny/", "lank/dra-in/", "frys/", "status/under_way/"):
        desk.post(f"{follow(handout)}{action}")
    assert HandoutRound.objects.filter(pk=handout.pk).values().get() == before
    desk.post(f"{follow(handout)}status/under_way/", {"reason": "En bunt till hittades"})
    desk.post(edit(handout), sent)
    assert HandoutRound.objects.get(pk=handout.pk).team == "Scouterna"
    history = desk.get(f"/admin/snippets/kampanj/handoutround/history/{handout.pk}/").content.decode()
    assert "En bunt till hittades" in history


def test_a_round_that_was_ended_while_its_form_was_sent_is_not_changed(
    desk: Client, handout: HandoutRound, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = RoundEditView.form_valid

    def ended_first(view: RoundEditView, form: Any) -> Any:
        states.move(handout, "cancelled", by=author)
        return real(view, form)

    monkeypatch.setattr(RoundEditView, "form_valid", ended_first)
    answer = desk.post(edit(handout), edited(handout, team="Scouterna"))
    assert answer.headers["Location"] == follow(handout)
    assert HandoutRound.objects.get(pk=handout.pk).team == "Fältgruppen"


def test_what_is_frozen_for_print_keeps_its_campaign(desk: Client, handout: HandoutRound, author: User) -> None:
    order.freeze(handout, by=author)
    other = CampaignPage.objects.exclude(pk=handout.campaign_id).filter(live=True).first()
    assert other
    answer = desk.post(edit(handout), edited(handout, campaign=other.pk))
    assert "Kampanjen är fryst för tryck" in answer.content.decode()
    states.move(handout, "cancelled", by=author)
    desk.post(f"{follow(handout)}frys/")
    assert "avslutad" in desk.get(follow(handout)).content.decode()


def test_there_is_no_screen_for_what_there_is_not(desk: Client, handout: HandoutRound) -> None:
    for nothing in ("status/klar/", "lank/annan/"):
        assert desk.post(f"{follow(handout)}{nothing}").status_code == 404
    for nothing in ("annat.pdf", "tryckfil/1/", "antal/999999/"):
        assert desk.get(f"{follow(handout)}{nothing}").status_code == 404
    assert desk.get(reverse("kampanj_handout", args=[999999])).status_code == 404
