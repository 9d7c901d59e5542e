"""A SAML 2.0 identity provider: its metadata, and answers signed by libxmlsec1 through python3-saml's own utilities."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import zlib
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.municipality.identity.oidc_service import new_key

ENTITY_ID = "https://idp.example.org/saml"
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
GROUPS = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
NAME = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"


@dataclass
class SamlService:
    """The provider; every method gives XML or base64, nothing listens."""

    key: rsa.RSAPrivateKey = field(default_factory=new_key)

    @property
    def certificate(self) -> str:
        """A self-signed certificate of the key, PEM."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.org")])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=365))
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def private_key(self) -> str:
        form = serialization.PrivateFormat.TraditionalOpenSSL
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    def metadata(self) -> str:
        """What an operator is given: SAML 2.0 metadata with one IDPSSODescriptor."""
        body = "".join(self.certificate.splitlines()[1:-1])
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY_ID}">
<md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"><md:KeyDescriptor use="signing">
<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data>
</ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
Location="{ENTITY_ID}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"""

    def answer(
        self,
        location: str,
        *,
        attributes: dict[str, list[str]],
        key: rsa.RSAPrivateKey | None = None,
        audience: str | None = None,
        minutes: int = 5,
        is_signed: bool = True,
    ) -> str:
        """The answer (base64) to the question in `location`; what is said outright is what the test spoils."""
        asked = question(location)
        assertion = self._assertion(asked, attributes, audience or asked["issuer"], minutes)
        if is_signed:
            signer = self if key is None else SamlService(key=key)
            assertion = OneLogin_Saml2_Utils.add_sign(
                assertion,
                signer.private_key,
                signer.certificate,
                sign_algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            ).decode()
        now = stamp(0)
        response = f"""<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
ID="_{secrets.token_hex(16)}" Version="2.0" IssueInstant="{now}" Destination="{asked["acs"]}" InResponseTo="{asked["id"]}">
<saml:Issuer>{ENTITY_ID}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
</samlp:Status>{assertion}</samlp:Response>"""
        return base64.b64encode(response.encode()).decode()

    def _assertion(self, asked: dict[str, str], attributes: dict[str, list[str]], audience: str, minutes: int) -> str:
        values = "".join(
            f'<saml:Attribute Name="{name}">{"".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in found)}'
            "</saml:Attribute>"
            for name, found in attributes.items()
        )
        return f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{secrets.token_hex(16)}" Version="2.0"
IssueInstant="{stamp(0)}"><saml:Issuer>{ENTITY_ID}</saml:Issuer><saml:Subject>
<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">anna.andersson@example.org</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
NotOnOrAfter="{stamp(minutes)}" Recipient="{asked["acs"]}" InResponseTo="{asked["id"]}"/></saml:SubjectConfirmation>
</saml:Subject><saml:Conditions NotBefore="{stamp(-60)}" NotOnOrAfter="{stamp(minutes)}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{stamp(-1)}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement>{values}</saml:AttributeStatement></saml:Assertion>"""


def question(location: str) -> dict[str, str]:
    """What our AuthnRequest in the redirect to `location` says: its id, who asks, where the answer goes."""
    packed = parse_qs(urlsplit(location).query)["SAMLRequest"][0]
    root = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
    issuer = root.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
    return {"id": root.get("ID") or "", "acs": root.get("AssertionConsumerServiceURL") or "", "issuer": issuer or ""}


def stamp(minutes: int) -> str:
    """So many minutes from now, as SAML writes times."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
