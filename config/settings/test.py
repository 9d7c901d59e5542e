"""For pytest and `make check`: a fresh folder for everything written, quick password hashing, the rest as in base."""

import atexit
import os
import shutil
import tempfile

# Nothing of the machine's own set-up leaks in.
for _name in (
    "ALLOWED_HOSTS",
    "BACKUP_ALARM_HOURS",
    "BACKUP_DAYS",
    "BACKUP_RECIPIENT",
    "BASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "DATABASE_URL",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_URL",
    "HASH_KEY_FALLBACKS",
    "LOG_FORMAT",
    "METRICS_TOKEN",
    "LOCAL_LOGIN",
    "REQUIRE_MFA",
    "SESSION_HOURS",
    "SESSION_IDLE_MINUTES",
    "TRUSTED_PROXIES",
    "BOUNCE_MAILBOX",
    "MEDIA_STORAGE",
    "OPERATOR_EMAIL",
    "PRIVATE_STORAGE",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "PDF_AT_ONCE",
    "PDF_MEMORY_MB",
    "PDF_SECONDS",
    "PDF_WAIT_SECONDS",
    "SENTRY_DSN",
    "SS12000_CLIENT_ID",
    "SS12000_CLIENT_SECRET",
    "SS12000_SCOPE",
    "SS12000_SOURCE",
    "SS12000_TOKEN_URL",
    "SS12000_URL",
    "STALL_MINUTES",
    "TIME_ZONE",
    "TRIAL_ADDRESSES",
    "UNDO_MINUTES",
):
    os.environ.pop(_name, None)
for _name in [_name for _name in os.environ if _name.startswith(("ANYMAIL_", "OIDC_", "SAML_"))]:
    del os.environ[_name]
_TEST_DIR = tempfile.mkdtemp(prefix="kampanj-test-")
atexit.register(shutil.rmtree, _TEST_DIR, ignore_errors=True)
os.environ["ENV_FILE"] = os.path.join(_TEST_DIR, ".env")
os.environ["VAR_DIR"] = os.path.join(_TEST_DIR, "var")
os.environ["MEDIA_ROOT"] = os.path.join(_TEST_DIR, "media")
os.environ.setdefault("SECRET_KEY", "test-" * 12)
os.environ.setdefault("HASH_KEY", "hash-" * 12)

from config.settings.base import *  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations", "django_migration_linter"]
# The second one knows the passwords that `seed_demo` has set in the template of the tests' database.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
DELIVERY_LEASE_SECONDS = 2
# What is approved is due at once, except where the wait itself is tested.
UNDO_MINUTES = 0
# No test cuts the power: waiting for the disk would prove nothing.
DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
