"""django-allauth's forms for security keys, which here take whatever anybody sends as an answer and refuse what is none.

The library reads the browser's JSON with code that takes its form for granted: a name that is missing ends in a server error.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm

# What reading JSON of another form raises there: names that are missing, values of another kind, base64 and CBOR that are none.
MALFORMED = (KeyError, IndexError, TypeError, AttributeError, ValueError, OverflowError)


class AddKeyForm(AddWebAuthnForm):
    """A new key."""

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except MALFORMED as fault:
            raise get_adapter().validation_error("incorrect_code") from fault


class AuthenticateKeyForm(AuthenticateWebAuthnForm):
    """A key in place of a code."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except MALFORMED as fault:
            raise get_adapter().validation_error("incorrect_code") from fault


class ReauthenticateKeyForm(ReauthenticateWebAuthnForm):
    """A key once more, before something is changed."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except MALFORMED as fault:
            raise get_adapter().validation_error("incorrect_code") from fault
