"""The form of the receiving domains' limits: whatever is written becomes a domain as it stands in addresses, or is told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from kampanj.distribution.sending.models import DomainLimit, SendingSettings
from kampanj.municipality.models import User


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (["gmail.com", "@Gmail.com."], "This domain has a limit already. Keep one of them."),
        (["gmail .com"], "This is no domain. Write what stands after @ in the address."),
        (["gmail..com"], "This is no domain. Write what stands after @ in the address."),
        (["-gmail.com"], "This is no domain. Write what stands after @ in the address."),
        (["gmail.com", "räksmörgås.se"], ""),
    ],
)
def test_a_domain_is_written_properly_and_has_one_limit(
    page_client: type[Client], admin_user: User, written: list[str], complaint: str
) -> None:
    client = page_client()
    client.force_login(admin_user)
    address = reverse("wagtailsettings:edit", args=["kampanj", "sendingsettings", SendingSettings.load().pk])
    form = {
        "canary_wait_minutes": 15,
        "stop_percent": 10,
        "overdue": "send",
        "overdue_minutes": 60,
        "domain_limits-TOTAL_FORMS": len(written),
        "domain_limits-INITIAL_FORMS": 0,
    }
    for number, domain in enumerate(written):
        form |= {f"domain_limits-{number}-domain": domain, f"domain_limits-{number}-per_minute": 5}
    answer = client.post(address, form)
    if complaint:
        with translation.override("sv"):
            complaint = gettext(complaint)
        assert complaint in answer.content.decode()
    kept = set(DomainLimit.objects.values_list("domain", flat=True))
    assert kept == (set() if complaint else {"gmail.com", "xn--rksmrgs-5wao1o.se"})
