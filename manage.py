#!/usr/bin/env python
"""Run a Django command; without DJANGO_SETTINGS_MODULE it is the embedded default."""

import os
import sys


def main() -> None:
    """What the command line asks for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit("Django is not installed here. Run 'make setup', then use .venv/bin/python manage.py.") from error
    from django.core.exceptions import ImproperlyConfigured

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        # A set-up that cannot work is told in one sentence, not in a traceback.
        raise SystemExit(str(fault)) from fault


if __name__ == "__main__":
    main()
