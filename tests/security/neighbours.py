"""What one municipality's installation has that is secret, and what a neighbour's answers to whoever brings it there.

Each function runs in a process of one installation (`manage.py shell`), told by the environment whose it is.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from wagtail.models import Page

from kampanj.audience.models import Guardian, School
from kampanj.content import page_cache, public_forms
from kampanj.content.help_lines.models import HelpLine
from kampanj.distribution import links, verp
from kampanj.distribution.handout import links as handout_links
from kampanj.distribution.handout.models import HandoutRound
from kampanj.distribution.invitations import inviting
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Mailing
from kampanj.distribution.states import Claimed
from kampanj.municipality.models import SiteSettings, User
from tests.security.addresses import Objects, views
from tests.security.conftest import at_work, values_of
from tests.security.crawl import ALLOWED, ask, verdict
from tests.security.matrix import EVERYBODY, FAILS, audience_of
from ung.models import Viewpoint, ViewpointsPage

# Stands in whatever the municipality shows and keeps, and nowhere else.
MARK = "Alfastad7Q"
HOST = "127.0.0.1"
SHARED = ("default", "pages", "limits")
REFUSED = (400, 401, 403, 404, 405, 410)
WEBHOOK = "/anymail/postmark/tracking/"


def furnish() -> None:
    """Work under way, with something behind every address, and a superuser."""
    User.objects.create_superuser("rot", "rot@example.org", "alfas-eget-losenord")
    campaign = at_work().campaign
    waiting = Mailing.objects.filter(name="Väntar").get()
    Invitation.objects.create(
        mailing=waiting,
        revision=waiting.latest_revision,
        name="Utomstående",
        email="utom@example.org",
        invited_by=User.objects.order_by("pk").first(),
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    HandoutRound.objects.create(name="Veckan före jul", campaign=campaign, day=timezone.localdate(), team="Volontärer")


def at_home() -> dict[str, Any]:
    """Put up the municipality's own words, let readers come to every page, keep something in every cache; what is secret here."""
    _put_up_marks()
    secret = what_is_secret()
    _keep_in_caches(secret["addresses"])
    return secret


def _put_up_marks() -> None:
    """The municipality's own words in the register, in the desk and on the pages."""
    SiteSettings.objects.update(municipality_name=MARK, sender_name=MARK)
    for row in Guardian.objects.all():
        Guardian.objects.filter(pk=row.pk).update(email=f"{MARK}.{row.pk}@example.org".lower())
    for model, name in ((School, "name"), (Mailing, "name"), (HelpLine, "name"), (HandoutRound, "name"), (Viewpoint, "text")):
        for row in model._default_manager.all():
            model._default_manager.filter(pk=row.pk).update(**{name: f"{MARK} {row.pk}"})
    User.objects.update(first_name=MARK)
    Invitation.objects.update(name=MARK)
    for page in Page.objects.filter(depth__gt=2):
        Page.objects.filter(pk=page.pk).update(title=f"{MARK} {page.pk}")
    page_cache.purge()


def objects_here() -> Objects:
    """What `furnish` has made."""
    sent = Mailing.objects.filter(segment__name="Alla skolor").order_by("pk").first()
    assert sent is not None
    return Objects(sent, values=values_of(sent, Invitation.objects.get().mailing), addresses={})


def public_addresses() -> list[str]:
    """Every page that readers meet."""
    return [page.get_url_parts()[2] for page in Page.objects.live().filter(depth__gt=1) if page.get_url_parts()]


def what_is_secret() -> dict[str, Any]:
    """Cookies of a signed-in superuser, and every kind of link, token and key that opens something here."""
    owner = User.objects.get(username="rot")
    client = Client(HTTP_HOST=HOST)
    client.force_login(owner)
    client.get(reverse("wagtailadmin_home"))
    mailing = objects_here().mailing
    row = mailing.deliveries.order_by("pk").first()
    assert row is not None
    school, page = School.objects.order_by("pk").first(), ViewpointsPage.objects.get(locale__language_code="sv")
    assert school is not None
    package = links.package_token(links.PackageLink(school.pk, mailing.pk, "sv"))
    invitation = inviting.token_for(Invitation.objects.get())
    reset = {
        "uidb64": urlsafe_base64_encode(force_bytes(owner.pk)),
        "token": default_token_generator.make_token(owner),
    }
    of_letter = links.unsubscribe_token(links.Unsubscription(row.address_key, mailing.pk, "sv"))
    return {
        "cookies": {name: morsel.value for name, morsel in client.cookies.items()},
        "links": {
            "unsubscribe": reverse("kampanj_unsubscribe", args=[of_letter]),
            "package": reverse("kampanj_package", args=[package]),
            "package_file": reverse("kampanj_package_file", args=[package, "offline", "sv"]),
            "invitation": reverse("kampanj_invitation", args=[invitation]),
            "invitation_letter": reverse("kampanj_invitation_letter", args=[invitation, "sv", "html"]),
            "handout": reverse("kampanj_handout_phone", args=[handout_links.token_for(HandoutRound.objects.latest("pk"))]),
        },
        "reset": reverse("wagtailadmin_password_reset_confirm", kwargs=reset),
        "return_address": _return_address(row.pk, row.mailing_id, row.address_key),
        "forms": {
            "helpful": [reverse("helpful"), public_forms.new_token("helpful", page.pk), {"answer": "ja"}],
            "viewpoint": [
                reverse("ung_send_viewpoint", args=[page.pk]),
                public_forms.new_token("viewpoint", page.pk),
                {"theme": next(iter(page.theme_names)), "text": "Det är mörkt vid gympasalen."},
            ],
        },
        "metrics": settings.METRICS_TOKEN,
        "webhook": settings.ANYMAIL["WEBHOOK_SECRET"],
        "addresses": public_addresses(),
    }


def _return_address(pk: int, mailing_id: int, key: str) -> str:
    municipality = SiteSettings(sender_email="ung@example.org", bounce_address="studs@example.org")
    return verp.address(Claimed(pk, mailing_id, key, "sv", 0, None, None, None), municipality)


def _keep_in_caches(addresses: list[str]) -> None:
    """Readers have been on every page; something of this municipality's in every shared cache, and a turn that is taken."""
    for address in addresses:
        Client(HTTP_HOST=HOST).get(address)
    for name in SHARED:
        caches[name].set("neighbours.word", MARK)
        caches[name].add("neighbours.turn", 1)


def _faults_in_caches() -> list[str]:
    """What of a neighbour's this municipality sees in the shared caches; its own are emptied afterwards."""
    found = [f"{name}: word" for name in SHARED if caches[name].get("neighbours.word") is not None]
    found += [f"{name}: turn" for name in SHARED if not caches[name].add("neighbours.turn", 1)]
    for name in SHARED:
        caches[name].clear()
        found += [f"{name}: not emptied"] if caches[name].get("neighbours.turn") is not None else []
    return found


def presented(stolen: dict[str, Any]) -> dict[str, Any]:
    """What is wrong when a neighbour's secrets are brought here: by address or kind, the answer that should not be."""
    client = Client(HTTP_HOST=HOST, raise_request_exception=False)
    client.cookies.load(stolen["cookies"])
    here, wrong = objects_here(), dict[str, Any]()
    for address in stolen["addresses"]:
        _look(wrong, address, client.get(address), any_code=True)
    for view in views():
        address = here.address(view)
        # The webhook is asked below, with the neighbour's secret.
        if address is None or view.name in FAILS or view.name.startswith("anymail:"):
            continue
        response = ask(client, address)
        _look(wrong, view.name, response, any_code=True)
        if audience_of(view.name) != EVERYBODY and verdict(response) == ALLOWED:
            wrong[view.name] = response.status_code
    for kind, address in stolen["links"].items():
        for who in (client, Client(HTTP_HOST=HOST, raise_request_exception=False)):
            _look(wrong, kind, who.get(address))
            _look(wrong, f"{kind}, sent", who.post(address))
    reset = client.get(stolen["reset"])
    _look(wrong, "reset", reset, any_code=True)
    if reset.status_code != 200:
        wrong["reset"] = reset.status_code
    if verp.read(stolen["return_address"]) is not None:
        wrong["return address"] = "read"
    _look(wrong, "metrics", client.get(reverse("kampanj_metrics"), headers={"Authorization": f"Bearer {stolen['metrics']}"}))
    basic = base64.b64encode(stolen["webhook"].encode()).decode()
    sent = {"data": "{}", "content_type": "application/json", "headers": {"Authorization": f"Basic {basic}"}}
    _look(wrong, "webhook", client.post(WEBHOOK, **sent))
    for kind, (address, token, fields) in stolen["forms"].items():
        sent = {public_forms.TOKEN: token, **fields}
        response = client.post(address, sent, headers={"Sec-Fetch-Site": "same-origin"})
        _look(wrong, f"form {kind}", response)
    wrong |= dict.fromkeys(_faults_in_caches(), "shared")
    return wrong


def _look(wrong: dict[str, Any], what: str, response: Any, *, any_code: bool = False) -> None:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if MARK.lower().encode() in content.lower():
        wrong[what] = "the neighbour's words"
    if response.status_code >= 500 or not (any_code or response.status_code in REFUSED):
        wrong[what] = response.status_code


def unopened(own: dict[str, Any]) -> dict[str, Any]:
    """What of a municipality's own secrets opens nothing in its own installation: nothing may be refused for another reason."""
    client = Client(HTTP_HOST=HOST, raise_request_exception=False)
    # A file of a package is drawn for half a minute; the page that leads to it says enough.
    found = {kind: client.get(address).status_code for kind, address in own["links"].items() if kind != "package_file"}
    found["reset"] = client.get(own["reset"]).status_code - 102
    for kind, (address, token, fields) in own["forms"].items():
        sent = {public_forms.TOKEN: token, **fields}
        found[kind] = client.post(address, sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code - 103
    found["metrics"] = client.get(reverse("kampanj_metrics"), headers={"Authorization": f"Bearer {own['metrics']}"}).status_code
    client.cookies.load(own["cookies"])
    found["cookies"] = client.get(reverse("wagtailadmin_home")).status_code
    found["return address"] = 200 if verp.read(own["return_address"]) else 404
    return {kind: code for kind, code in found.items() if code != 200}
