"""Reads a SCORM package with wagtail-lms (PyPI, development only), in a site of its own: `python reader.py PACKAGE FOLDER`.

Prints what it found as JSON: title, version, the page to launch, and whether that page is among the unpacked files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.files import File
from django.core.management import call_command


def read(package: Path, folder: Path) -> dict[str, object]:
    """What the importer makes of a package, kept in `folder`."""
    settings.configure(
        SECRET_KEY="reader",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages", "staticfiles", "admin")),
            *(f"wagtail.{name}" for name in ("users", "documents", "images", "snippets", "search", "admin")),
            "wagtail",
            "taggit",
            "modelcluster",
            "wagtail_lms",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        STATIC_URL="static/",
        MEDIA_ROOT=str(folder),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        WAGTAIL_SITE_NAME="reader",
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from wagtail_lms.models import SCORMPackage

    read = SCORMPackage(title="")
    with package.open("rb") as file:
        read.package_file.save(package.name, File(file), save=False)
        read.save()
    launched = [path for path in folder.rglob(read.launch_url) if read.extracted_path in path.parts]
    return {
        "title": read.manifest_data["title"],
        "version": read.manifest_data["version"],
        "launches": read.launch_url,
        "is_there": len(launched) == 1,
        "files": sum(1 for path in folder.rglob("*") if path.is_file() and read.extracted_path in path.parts),
    }


if __name__ == "__main__":
    json.dump(read(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
