"""WSGI entry for gunicorn: `gunicorn config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

from kampanj.content import page_cache  # noqa: E402  # Models are there only now.

# Pages that were kept before may have been drawn by other code, at another address.
page_cache.purge()
