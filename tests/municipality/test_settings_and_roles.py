"""Who we are: colours that can be read, roles that can do their work and no more, private things kept private."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from wagtail.models import Workflow

from kampanj import checks
from kampanj.municipality.colour import contrast
from kampanj.municipality.models import SiteSettings, User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, WAGTAIL_GROUPS

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@given(first=colours, second=colours)
def test_contrast_is_symmetric_and_between_1_and_21(first: str, second: str) -> None:
    assert contrast(first, second) == contrast(second, first)
    assert 1 <= contrast(first, second) <= 21.0001


def test_known_contrasts() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_the_house_colours_are_accepted_and_pale_text_is_refused_in_words() -> None:
    SiteSettings().clean()
    with pytest.raises(ValidationError) as refusal:
        SiteSettings(ink="#AAAAAA").clean()
    assert "4,5 : 1" in " ".join(refusal.value.message_dict["ink"])


@pytest.mark.parametrize("written", ["red", "#12345", "#12345G", "0B4A6F"])
def test_a_colour_is_six_hexadecimal_digits(written: str) -> None:
    with pytest.raises(ValidationError):
        SiteSettings(ink=written).clean_fields(exclude=["site"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "address", "may"),
    [
        (COMMUNICATOR, "/admin/images/add/", True),
        (COMMUNICATOR, "/admin/documents/multiple/add/", True),
        (COMMUNICATOR, "/admin/snippets/kampanj/mailing/add/", True),
        (COMMUNICATOR, "/admin/snippets/kampanj/school/add/", True),
        (COMMUNICATOR, "/admin/users/", False),
        (COMMUNICATOR, "/admin/groups/", False),
        (COMMUNICATOR, "/admin/workflows/list/", False),
        (APPROVER, "/admin/snippets/kampanj/mailing/", True),
        (APPROVER, "/admin/snippets/kampanj/mailing/add/", False),
        (APPROVER, "/admin/snippets/kampanj/school/add/", False),
        (APPROVER, "/admin/utkorg/", True),
        (APPROVER, "/admin/users/", False),
    ],
)
def test_a_role_opens_its_own_doors_only(client: Client, role: str, address: str, may: bool) -> None:
    user = User.objects.create_user("prov", password="x")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert (client.get(address).status_code == 200) is may


@pytest.mark.django_db
def test_wagtail_s_own_groups_are_gone_and_its_workflow_is_the_approvers() -> None:
    assert not Group.objects.filter(name__in=WAGTAIL_GROUPS).exists()
    workflow = Workflow.objects.get(name="Granskning av sidor")
    assert [group.name for task in workflow.tasks for group in task.specific.groups.all()] == [APPROVER]


def test_start_up_checks_find_a_set_up_that_leaks(settings: Settings) -> None:
    assert checks.private_files_are_private(None) == checks.keys_differ(None) == []
    settings.VAR_DIR = settings.MEDIA_ROOT / "var"
    settings.HASH_KEY = settings.SECRET_KEY
    assert [fault.id for fault in checks.private_files_are_private(None) + checks.keys_differ(None)] == [
        "kampanj.E001",
        "kampanj.E002",
    ]
