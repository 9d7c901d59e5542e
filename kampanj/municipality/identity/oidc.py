"""OpenID Connect Core 1.0, the code flow: what the service says is believed only with its signature.

django-allauth trusts an ID token that came straight from the service; here its signature, issuer, audience, age and, where
groups come from elsewhere, its subject are checked all the same (OIDC Core 3.1.3.7, 5.3.2).
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from requests import RequestException

from kampanj.municipality.identity.federation import is_overage

# Signatures with the service's private key only: a shared secret or none at all is refused.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# Seconds that the service's clock may differ from ours.
LEEWAY = 60
REQUIRED = ("exp", "iat", "iss", "aud", "sub")


class Verifying(OpenIDConnectOAuth2Adapter):
    """django-allauth's adapter with every claim checked."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self._verified(str(kwargs["response"].get("id_token") or ""))
        claim = settings.GROUP_CLAIMS["oidc"]
        if claim not in claims and not is_overage(claims, claim) and self.openid_config.get("userinfo_endpoint"):
            said = self._fetch_user_info(token.token)
            if said.get("sub") != claims["sub"]:
                raise OAuth2Error("The userinfo is about somebody else.")
            claims = {**said, **claims}
        return self.get_provider().sociallogin_from_response(request, claims)

    def _verified(self, id_token: str) -> dict[str, Any]:
        """The claims of an ID token; OAuth2Error for one that is not to be believed."""
        try:
            header = jwt.get_unverified_header(id_token)
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key(header),
                algorithms=ALGORITHMS,
                issuer=self._issuer(),
                audience=settings.OIDC_CLIENT_ID,
                leeway=LEEWAY,
                options={"require": list(REQUIRED)},
            )
        except jwt.PyJWTError as fault:
            raise OAuth2Error("The ID token is not to be believed.") from fault
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != settings.OIDC_CLIENT_ID:
            raise OAuth2Error("The ID token is meant for somebody else.")
        return claims

    def _issuer(self) -> str:
        """Who the service says it is, which must be who the operator named (OIDC Discovery 4.3)."""
        issuer = self.told("issuer")
        if issuer.rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("The service is not the one in OIDC_ISSUER.")
        return issuer

    def _key(self, header: dict[str, Any]) -> Any:
        """The service's key that the token names; the only one where it names none."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.told("jwks_uri"))
            answer.raise_for_status()
            keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")]
        named = [key for key in keys if key.key_id == header.get("kid")] if "kid" in header else keys
        if len(named) != 1:
            raise OAuth2Error("The ID token names no key of the service.")
        return named[0]

    def told(self, name: str) -> str:
        """What the service's own description says under `name`."""
        told = self.openid_config.get(name)
        if not isinstance(told, str):
            raise OAuth2Error("The service's description is not complete.")
        return told


@require_GET
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Off to the service, and back to `callback`; a page that says so when the service does not answer."""
    adapter = _adapter(request, provider_id)
    try:
        return OAuth2LoginView.adapter_view(adapter)(request)
    except (RequestException, OAuth2Error, KeyError) as fault:
        return render_authentication_error(request, adapter.get_provider(), exception=fault)


@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the service sends the person back to."""
    return OAuth2CallbackView.adapter_view(_adapter(request, provider_id))(request)


@require_GET
def sign_out(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Off to the service's own sign-out (OIDC RP-Initiated Logout 1.0) and back; to the login page where it has none."""
    login_page = request.build_absolute_uri(reverse("wagtailadmin_login"))
    try:
        place = _adapter(request, provider_id).told("end_session_endpoint")
    except (RequestException, OAuth2Error):
        return redirect(login_page)
    asked = urlencode({"client_id": settings.OIDC_CLIENT_ID, "post_logout_redirect_uri": login_page})
    return redirect(f"{place}{'&' if '?' in place else '?'}{asked}")


def _adapter(request: HttpRequest, provider_id: str) -> Verifying:
    if provider_id != "oidc":
        raise Http404
    return Verifying(request, provider_id)
