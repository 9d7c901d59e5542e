"""The roles: the table in the docs is what the database says, and what a release adds reaches roles that exist."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, Permission
from lxml import html
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from kampanj.municipality import roles
from kampanj.municipality.models import RoleGrant, User
from kampanj.municipality.roles import APPROVER, COMMUNICATOR, OPERATOR, ROLES, ensure_roles
from tests.architecture.sources import ROOT
from tests.conftest import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.bare]
TABLE = ROOT / "docs" / "roles.md"
PASSWORD = "en lång och bra mening"


def verb_and_model(codename: str) -> tuple[str, str]:
    verb, _, model = codename.rpartition("_")
    return verb, model


def in_the_database() -> dict[str, dict[str, set[str]]]:
    """{"kampanj.mailing": {"Kommunikatör": {"add", …}, …}, …}, with “pages” and “wagtailimages (collections)” beside."""
    found: dict[str, dict[str, set[str]]] = {}
    for role in ROLES:
        group = Group.objects.get(name=role)
        named = [
            (f"{permission.content_type.app_label}.{verb_and_model(permission.codename)[1]}", permission.codename)
            for permission in group.permissions.select_related("content_type")
        ]
        pages = GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True)
        files = GroupCollectionPermission.objects.filter(group=group).select_related("permission__content_type")
        named += [("pages", codename) for codename in pages]
        named += [(f"{row.permission.content_type.app_label} (collections)", row.permission.codename) for row in files]
        for what, codename in named:
            found.setdefault(what, {}).setdefault(role, set()).add(verb_and_model(codename)[0])
    return found


def as_table(found: dict[str, dict[str, set[str]]]) -> str:
    """The Markdown table that the docs are to hold."""
    rows = [f"| What | {' | '.join(ROLES)} |", "|---" * (len(ROLES) + 1) + "|"]
    for what in sorted(found):
        rows.append(f"| {what} | {' | '.join(', '.join(sorted(found[what].get(role, ()))) or '–' for role in ROLES)} |")
    return "\n".join(rows)


def test_the_table_in_the_docs_is_what_the_database_says() -> None:
    found = re.search(r"^\| What \|.*?(?=\n\n)", TABLE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    written = found[0]
    assert written == as_table(in_the_database())


def test_what_a_release_adds_reaches_roles_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    group = Group.objects.get(name=APPROVER)
    monkeypatch.setitem(roles.ROLES[APPROVER], "topic", ("view",))
    monkeypatch.setitem(roles.PAGE_PERMISSIONS, APPROVER, (*roles.PAGE_PERMISSIONS[APPROVER], "lock_page"))
    monkeypatch.setitem(roles.COLLECTION_PERMISSIONS, APPROVER, (*roles.COLLECTION_PERMISSIONS[APPROVER], "add_image"))
    ensure_roles()
    assert group.permissions.filter(codename="view_topic").exists()
    assert GroupPagePermission.objects.filter(group=group, permission__codename="lock_page").exists()
    assert GroupCollectionPermission.objects.filter(group=group, permission__codename="add_image").exists()


def test_what_an_administrator_has_changed_stays() -> None:
    group = Group.objects.get(name=COMMUNICATOR)
    added, taken = Permission.objects.get(codename="add_locale"), Permission.objects.get(codename="delete_school")
    extra = Permission.objects.get(codename="view_audienceevent")
    group.permissions.add(extra)
    group.permissions.remove(taken)
    GroupPagePermission.objects.filter(group=group, permission__codename="lock_page").delete()
    before = in_the_database()
    for _ in range(2):
        ensure_roles()
    assert in_the_database() == before
    assert {extra, added} <= set(group.permissions.all())
    assert taken not in group.permissions.all()


def test_an_installation_from_before_the_notes_gets_what_is_missing_once() -> None:
    """As after the migration that brought the notes: the groups are there, and nothing is noted."""
    group = Group.objects.get(name=COMMUNICATOR)
    whole = in_the_database()
    RoleGrant.objects.all().delete()
    group.permissions.remove(Permission.objects.get(codename="download_archive"))
    ensure_roles()
    assert in_the_database() == whole


def test_an_upgrade_gives_nothing_back_to_a_role_that_somebody_has_changed(
    admin_client: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    """As after the migration that brought the notes, with a role that an administrator has narrowed in the desk before it."""
    group, taken = Group.objects.get(name=COMMUNICATOR), Permission.objects.get(codename="delete_school")
    address = f"/admin/groups/edit/{group.pk}/"
    sent = group_form(admin_client, address)
    sent["permissions"].remove(str(taken.pk))
    assert admin_client.post(address, sent).status_code == 302
    assert not group.permissions.filter(pk=taken.pk).exists()
    RoleGrant.objects.all().delete()
    Group.objects.get(name=APPROVER).permissions.remove(Permission.objects.get(codename="view_school"))
    with caplog.at_level("WARNING"):
        for _again in range(2):
            ensure_roles()
    assert not group.permissions.filter(pk=taken.pk).exists()
    assert Group.objects.get(name=APPROVER).permissions.filter(codename="view_school").exists(), "Nobody has changed that one."
    [said] = [record.getMessage() for record in caplog.records if "left as it is" in record.getMessage()]
    assert "Kommunikatör" in said
    assert "model:kampanj.delete_school" in said
    assert "add_mailing" not in said


def group_form(client: PageClient, address: str) -> dict[str, list[str]]:
    """What the desk's form of a group sends when nothing is changed."""
    page = html.fromstring(client.get(address).content.decode())
    [found] = [form for form in page.forms if "name" in form.fields and "permissions" in dict(form.form_values())]
    sent: dict[str, list[str]] = {}
    for name, value in found.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def test_a_role_that_was_deleted_comes_back_whole() -> None:
    whole = in_the_database()
    Group.objects.get(name=OPERATOR).delete()
    ensure_roles()
    assert in_the_database() == whole


# --- Whoever manages accounts does not become a superuser -------------------------------------------------------------


@pytest.fixture
def operator() -> PageClient:
    user = User.objects.create_user("drift", "drift@example.org", PASSWORD, first_name="Dag", last_name="Drift")
    user.groups.add(Group.objects.get(name=OPERATOR))
    client = PageClient()
    client.force_login(user)
    return client


def form(name: str, **more: object) -> dict[str, object]:
    person = {"username": name, "email": f"{name}@example.org", "first_name": "A", "last_name": "B", "is_active": "on"}
    return {**person, "password1": "", "password2": "", **more}


def test_an_operator_makes_accounts_but_no_superusers(operator: PageClient) -> None:
    group = Group.objects.get(name=COMMUNICATOR)
    new = form("ny", password1=PASSWORD, password2=PASSWORD, is_superuser="on", groups=[group.pk])
    assert operator.post("/admin/users/new/", new).status_code == 302
    made = User.objects.get(username="ny")
    assert not made.is_superuser
    assert [role.name for role in made.groups.all()] == [COMMUNICATOR]
    assert operator.post(f"/admin/users/edit/{made.pk}/", form("ny", is_superuser="on", groups=[])).status_code == 302
    made.refresh_from_db()
    assert not made.is_superuser
    assert not made.groups.exists()


def test_an_operator_gives_nobody_s_own_hand_a_role(operator: PageClient) -> None:
    me = User.objects.get(username="drift")
    approvers = Group.objects.get(name=APPROVER)
    operator.post(f"/admin/users/edit/{me.pk}/", form("drift", groups=[approvers.pk]))
    assert [role.name for role in me.groups.all()] == [OPERATOR]
    bulk = f"/admin/bulk/kampanj/user/assign_role/?id={me.pk}"
    assert operator.post(bulk, {"role": approvers.pk}).status_code in (302, 403)
    assert [role.name for role in me.groups.all()] == [OPERATOR]


@pytest.mark.parametrize("address", ["/admin/users/edit/{}/", "/admin/users/delete/{}/", "/admin/users/history/{}/"])
def test_an_operator_touches_no_superuser(operator: PageClient, address: str) -> None:
    chief = User.objects.create_superuser("chef", "chef@example.org", PASSWORD)
    where = address.format(chief.pk)
    if "history" not in where:
        assert operator.get(where).status_code in (302, 403)
        assert operator.post(where, form("chef", password1="x" * 14, password2="x" * 14)).status_code in (302, 403)
    bulk = f"/admin/bulk/kampanj/user/set_active_state/?id={chief.pk}"
    assert operator.post(bulk, {"mark_as_active": "False"}).status_code in (302, 403)
    chief.refresh_from_db()
    assert chief.is_active
    assert chief.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("/admin/users/", True),
        ("/admin/users/new/", True),
        ("/admin/snippets/kampanj/mailing/", True),
        ("/admin/snippets/kampanj/mailing/add/", False),
        ("/admin/groups/", False),
        ("/admin/pages/", False),
        ("/admin/workflows/list/", False),
    ],
)
def test_an_operator_opens_these_doors_only(operator: PageClient, address: str, may: bool) -> None:
    assert (operator.get(address).status_code == 200) is may
