"""As `config.settings.production`, but where a browser on this machine gets to: without TLS in front, and with captured mail."""

from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES

WHITENOISE_USE_FINDERS = False
# Names made of what the files hold, as in production; not compressed, which takes minutes.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
