"""For pytest: a fresh folder for everything written, quick password hashing, the rest as in base."""

import os
import tempfile

_TEST_DIR = tempfile.mkdtemp(prefix="kampanj-test-")
os.environ["ENV_FILE"] = os.path.join(_TEST_DIR, ".env")
os.environ["VAR_DIR"] = os.path.join(_TEST_DIR, "var")
os.environ["MEDIA_ROOT"] = os.path.join(_TEST_DIR, "media")
os.environ["EMAIL_URL"] = ""
os.environ["BROKER_URL"] = ""
os.environ.setdefault("SECRET_KEY", "test-" * 12)
os.environ.setdefault("HASH_KEY", "hash-" * 12)

from config.settings.base import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DELIVERY_LEASE_SECONDS = 2
