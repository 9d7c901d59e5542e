"""An OpenID Connect provider on loopback: discovery, keys, token and userinfo, with real signatures (RFC 7517, 7519, OIDC Core).

What it answers is set by the test: `people[code]` are the claims behind an authorization code, and `spoil` changes the token.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "kampanj", "s3cret-of-the-client"
KID = "key-1"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class OidcService:
    """The provider; `url` is its issuer."""

    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[dict[str, Any]], str] | None = None
    challenges: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def start(self) -> ThreadingHTTPServer:
        """Answer on a free port until the returned server is shut down."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": self}))
        self.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        return server

    def reset(self) -> None:
        self.userinfo, self.spoil = {}, None

    def claims(self, **claims: Any) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **claims}

    def signed(self, claims: dict[str, Any], *, key: Any = None, algorithm: str = "RS256", kid: str = KID) -> str:
        return jwt.encode(claims, self.key if key is None else key, algorithm=algorithm, headers={"kid": kid})

    def code_for(self, authorization: str, **claims: Any) -> str:
        """What the browser brings back: a code for these claims, bound to the request's PKCE challenge (RFC 7636)."""
        asked = parse_qs(urlsplit(authorization).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["client_id"] == [CLIENT_ID]
        code = secrets.token_urlsafe(16)
        self.people[code], self.challenges[code] = claims, asked["code_challenge"][0]
        return code

    def token_for(self, code: str, verifier: str) -> dict[str, Any] | None:
        """The token endpoint's answer; None where the code is used up or the verifier is not the challenge's."""
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if self.challenges.pop(code, None) != digest:
            return None
        claims = self.claims(**self.people.pop(code))
        token = self.spoil(claims) if self.spoil else self.signed(claims)
        return {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    service: OidcService

    def do_GET(self) -> None:
        service, path = self.service, urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
            told = {f"{name}_endpoint": f"{service.url}/{where}" for name, where in names.items()}
            self.answer({"issuer": service.url, "jwks_uri": f"{service.url}/keys", **told})
        elif path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(service.key.public_key()))
            self.answer({"keys": [{**public, "kid": KID, "use": "sig", "alg": "RS256"}]})
        elif path == "/userinfo":
            self.answer(service.userinfo)
        else:
            self.answer({"error": "not_found"}, status=404)

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        answer = self.service.token_for(body["code"][0], body.get("code_verifier", [""])[0])
        self.answer(answer or {"error": "invalid_grant"}, status=200 if answer else 400)

    def answer(self, body: dict[str, Any], *, status: int = 200) -> None:
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *args: Any) -> None:
        """Nothing is said."""
