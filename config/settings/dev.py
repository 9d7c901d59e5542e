"""For developers: tracebacks in the browser, everything else as the embedded default."""

from config.settings.base import *

DEBUG = True
# `makemigrations` keeps each app's migrations in one line (max_migration.txt); `lintmigrations` says what the old code cannot
# live with while the tables change.
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations", "django_migration_linter"]
INTERNAL_IPS = ["127.0.0.1"]
