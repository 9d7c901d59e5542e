"""Backups: everything that cannot be made anew in one file, and back again (`manage.py backup`, `manage.py restore`)."""
