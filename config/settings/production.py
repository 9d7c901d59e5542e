"""Production: nothing is guessed, static files are collected, the proxy ends TLS."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import environment

environment.read_env_file(Path(os.environ.get("ENV_FILE", Path(__file__).resolve().parent.parent.parent / ".env")))
environment.require(
    "SECRET_KEY", "HASH_KEY", "DATABASE_URL", "BROKER_URL", "EMAIL_URL", "BASE_URL", "ALLOWED_HOSTS", "DEFAULT_FROM_EMAIL"
)

from config.settings.base import *  # noqa: E402

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = environment.count("TRUSTED_PROXIES", default=1, most=10)
REQUIRE_MFA = environment.choice("REQUIRE_MFA", "all", "privileged", "off", default="privileged")
WHITENOISE_USE_FINDERS = False
SERVE_MEDIA = bool(MEDIA_STORAGE)  # The proxy serves a folder; nobody but us reads the bucket.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if not BASE_URL_IS_HTTPS:
    raise ImproperlyConfigured(f"Production needs an https BASE_URL, not {BASE_URL!r}.")
if CELERY_BROKER_URL.startswith("memory"):
    raise ImproperlyConfigured("Production needs a BROKER_URL that other processes reach: redis:// or amqp://.")
