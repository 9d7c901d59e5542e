"""Who may enter, and how: local accounts, the municipality's sign-in service (OpenID Connect, SAML), second factors, sessions.

Everything comes from the environment. Without its variables a sign-in service has no app, no address and no button.
django-allauth's tables for accounts, second factors and sign-in services belong to every installation: a service that is
taken away again must not leave rows behind that Django no longer knows and that keep an account from being deleted.
"""

import importlib.util
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import environment

IDENTITY_APPS = ["allauth", "allauth.account", "allauth.mfa", "allauth.socialaccount", "axes"]

# How many proxies of our own have each added the sender's address to X-Forwarded-For. 0: the header is not believed.
TRUSTED_PROXIES = environment.count("TRUSTED_PROXIES", default=0, most=10)

# --- Local accounts ------------------------------------------------------------------------------------------------
LOCAL_LOGIN = environment.choice("LOCAL_LOGIN", "on", "off", default="on") == "on"
# Who must have a second factor: all, privileged (superusers and everybody but communicators) or off. Production: privileged.
REQUIRE_MFA = environment.choice("REQUIRE_MFA", "all", "privileged", "off", default="off")
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = LOCAL_LOGIN
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

# --- Sessions: minutes without anybody at the keyboard, and hours in all ---------------------------------------------
SESSION_IDLE_MINUTES = environment.minutes("SESSION_IDLE_MINUTES", default=60)
SESSION_COOKIE_AGE = 3600 * environment.hours("SESSION_HOURS", default=12)

# --- Lockout (django-axes): a name from one network; a name that is tried from everywhere is slowed, never locked ------
AXES_HANDLER = "kampanj.municipality.identity.ceilings.CeilingHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "kampanj.municipality.identity.names.name_as_hash"
AXES_CLIENT_IP_CALLABLE = "kampanj.municipality.identity.lockout.network"
AXES_LOCKOUT_CALLABLE = "kampanj.municipality.identity.lockout.locked_out"
AXES_CLIENT_STR_CALLABLE = "kampanj.municipality.identity.lockout.nobody_named"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "next", "remember", "code", "credential", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# --- django-allauth --------------------------------------------------------------------------------------------------
ACCOUNT_ADAPTER = "kampanj.municipality.identity.account.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
# Addresses stay in the user's own row, where Wagtail has them, and recognise nobody.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_REDIRECT_URL = "wagtailadmin_home"
# No limit for a network: a municipality sits behind one address. Wrong codes count for the account, here and by axes.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key",
    "reset_password": "60/m/ip,3/h/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
SOCIALACCOUNT_ADAPTER = "kampanj.municipality.identity.federation.FederationAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_REQUIRED = SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# The button is a link; nothing happens to an account before the service has answered.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
MFA_ADAPTER = "kampanj.municipality.identity.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "kampanj.municipality.identity.forms.AddKeyForm",
    "authenticate_webauthn": "kampanj.municipality.identity.forms.AuthenticateKeyForm",
    "reauthenticate_webauthn": "kampanj.municipality.identity.forms.ReauthenticateKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True

# --- The sign-in service -----------------------------------------------------------------------------------------------
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
# By provider: which group gives which role, and where groups stand in what the service says.
GROUP_ROLES: dict[str, dict[str, str]] = {}
GROUP_CLAIMS: dict[str, str] = {}
# SAML needs libxmlsec1, which comes with python3-saml: an extra of its own.
SAML_IS_INSTALLED = importlib.util.find_spec("onelogin") is not None

OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
OIDC_NAME = os.environ.get("OIDC_NAME") or "Entra ID"
OIDC_SCOPE = os.environ.get("OIDC_SCOPE") or "openid profile email"
if OIDC_ISSUER:
    GROUP_CLAIMS["oidc"] = os.environ.get("OIDC_GROUPS_CLAIM") or "groups"
    GROUP_ROLES["oidc"] = environment.groups("OIDC_GROUP_MAP")
    if not (environment.is_safe_url(OIDC_ISSUER) and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET and GROUP_ROLES["oidc"]):
        raise ImproperlyConfigured(
            "OIDC_ISSUER must begin with https:// and needs OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_GROUP_MAP beside it."
        )
    IDENTITY_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER, "scope": OIDC_SCOPE.split()},
            }
        ],
    }

SAML_METADATA_FILE = os.environ.get("SAML_METADATA_FILE", "")
SAML_METADATA_URL = os.environ.get("SAML_METADATA_URL", "")
SAML_ENTITY_ID = os.environ.get("SAML_ENTITY_ID", "")
SAML_NAME = os.environ.get("SAML_NAME") or "SAML"
_ENTRA = "http://schemas.microsoft.com/"
SAML_SUBJECT_ATTRIBUTE = os.environ.get("SAML_SUBJECT_ATTRIBUTE") or f"{_ENTRA}identity/claims/objectidentifier"
SAML_IS_WANTED = bool(SAML_METADATA_FILE or SAML_METADATA_URL)
if SAML_IS_WANTED:
    GROUP_CLAIMS["saml"] = os.environ.get("SAML_GROUPS_ATTRIBUTE") or f"{_ENTRA}ws/2008/06/identity/claims/groups"
    GROUP_ROLES["saml"] = environment.groups("SAML_GROUP_MAP")
    if SAML_METADATA_FILE and not Path(SAML_METADATA_FILE).is_file():
        raise ImproperlyConfigured(f"SAML_METADATA_FILE is {SAML_METADATA_FILE!r}, which is no file.")
    if not GROUP_ROLES["saml"] or (not SAML_METADATA_FILE and urlsplit(SAML_METADATA_URL).scheme != "https"):
        raise ImproperlyConfigured("SAML needs SAML_GROUP_MAP, and its SAML_METADATA_URL must begin with https://.")
if SAML_IS_WANTED and SAML_IS_INSTALLED:
    IDENTITY_APPS.append("allauth.socialaccount.providers.saml")
    SOCIALACCOUNT_PROVIDERS["saml"] = {
        "APPS": [
            {
                "provider_id": "saml",
                "name": SAML_NAME,
                "client_id": "saml",
                "settings": {
                    "attribute_mapping": {
                        "uid": SAML_SUBJECT_ATTRIBUTE,
                        "email": [
                            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
                            "urn:oid:0.9.2342.19200300.100.1.3",
                        ],
                        "first_name": ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "urn:oid:2.5.4.42"],
                        "last_name": ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "urn:oid:2.5.4.4"],
                        "username": ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"],
                    },
                    "idp": {
                        "entity_id": None,
                        "metadata_url": Path(SAML_METADATA_FILE).resolve().as_uri() if SAML_METADATA_FILE else SAML_METADATA_URL,
                    },
                    "sp": {"entity_id": SAML_ENTITY_ID or None},
                    "advanced": {"strict": True, "want_assertion_signed": True, "reject_idp_initiated_sso": True},
                },
            }
        ]
    }
if not LOCAL_LOGIN and not SOCIALACCOUNT_PROVIDERS:
    raise ImproperlyConfigured("LOCAL_LOGIN is off, but no sign-in service is set up: nobody could enter. See OIDC_ISSUER.")
