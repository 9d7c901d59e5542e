"""For developers: tracebacks in the browser, everything else as the embedded default."""

from config.settings.base import *

DEBUG = True
# `makemigrations` keeps each app's migrations in one line (max_migration.txt).
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
INTERNAL_IPS = ["127.0.0.1"]
