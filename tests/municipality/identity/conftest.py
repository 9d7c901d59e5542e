"""One installation with both kinds of sign-in service, started once, and readers' browsers for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from tests.installation import Installation, copy_of_template
from tests.municipality.identity.oidc_service import CLIENT_ID, CLIENT_SECRET, OidcService
from tests.municipality.identity.saml_service import SamlService

COMMUNICATORS, APPROVERS = "11111111-aaaa", "22222222-bbbb"
GROUP_MAP = f"{COMMUNICATORS}=Kommunikatör,{APPROVERS}=Godkännare"


@dataclass
class House:
    """The running installation and its two services."""

    url: str
    installation: Installation
    oidc: OidcService
    saml: SamlService

    def roles(self, name: str) -> set[str]:
        """The roles of the account with this user name, as the database has them."""
        rows = self.ask(
            "SELECT g.name FROM auth_group g JOIN kampanj_user_groups ug ON ug.group_id = g.id"
            " JOIN kampanj_user u ON u.id = ug.user_id WHERE u.username = ?",
            name,
        )
        return {row[0] for row in rows}

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        return self.installation.ask(question, *values)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A `manage.py start` with OIDC_… and SAML_… set."""
    pytest.importorskip("onelogin", reason="python3-saml is not installed (the extra “saml”).")
    folder = tmp_path_factory.mktemp("identity")
    oidc, saml = OidcService(), SamlService()
    server = oidc.start()
    (folder / "idp.xml").write_text(saml.metadata(), encoding="utf-8")
    installation = copy_of_template(folder / "installation")
    environment = {
        "OIDC_ISSUER": oidc.url,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_GROUP_MAP": GROUP_MAP,
        "SAML_METADATA_FILE": str(folder / "idp.xml"),
        "SAML_NAME": "Kommunens SAML",
        "SAML_GROUP_MAP": GROUP_MAP,
        "REQUIRE_MFA": "all",
    }
    with installation.start(**environment) as running:
        yield House(url=running.url, installation=installation, oidc=oidc, saml=saml)
    server.shutdown()


@pytest.fixture
def house(started: House) -> House:
    """The installation, with a service that tells the truth."""
    started.oidc.reset()
    return started


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Somebody's browser, as far as cookies and redirects go."""
    with requests.Session() as session:
        yield session
