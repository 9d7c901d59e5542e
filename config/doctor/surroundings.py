"""Environment variables and what they decide: the address, the keys, the trial mode."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from config.doctor.findings import Finding, error, ok, warning

SHORTEST_KEY = 40
PREFIXES = ("ANYMAIL_",)


def variables() -> Iterator[Finding]:
    """Names in `.env` that nothing reads, most often misspelt; and a file of secrets that others may read."""
    file = settings.ENV_FILE
    if not file.exists():
        yield ok("variables", _("There is no %(file)s; the environment alone decides.") % {"file": file})
        return
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    known = set(re.findall(r"^#? ?([A-Z0-9_]+)=", example, re.MULTILINE))
    written = {name for line in file.read_text(encoding="utf-8").splitlines() if (name := _name_in(line))}
    unknown = sorted(name for name in written - known if not name.startswith(PREFIXES))
    if unknown:
        yield warning(
            "variables",
            _("%(names)s in %(file)s is read by nothing here. Compare the spelling with .env.example.")
            % {"names": ", ".join(unknown), "file": file},
        )
    if file.stat().st_mode & 0o004:
        yield error(
            "variables", _("Everybody on this machine can read %(file)s, with its keys. Run: chmod o-r %(file)s") % {"file": file}
        )
    elif not unknown:
        yield ok("variables", _("%(count)s variables in %(file)s, all known.") % {"count": len(written), "file": file})


def _name_in(line: str) -> str:
    found = re.match(r"(?:export )?([A-Za-z0-9_]+)\s*=", line.strip())
    return found.group(1) if found else ""


def address() -> Iterator[Finding]:
    """Links in letters begin with BASE_URL."""
    if not settings.BASE_URL_IS_SET:
        yield warning(
            "address",
            _("BASE_URL is not set: links in letters lead to %(url)s, on this machine only.") % {"url": settings.BASE_URL},
        )
    elif not settings.BASE_URL_IS_HTTPS:
        yield error("address", _("BASE_URL is %(url)s. Readers need https; write it so.") % {"url": settings.BASE_URL})
    else:
        yield ok("address", _("Links begin with %(url)s.") % {"url": settings.BASE_URL})


def keys() -> Iterator[Finding]:
    """SECRET_KEY and HASH_KEY: long, different, and HASH_KEY backed up."""
    if settings.SECRET_KEY == settings.HASH_KEY:
        yield error("keys", _("HASH_KEY is the same as SECRET_KEY. Give SECRET_KEY a new value; HASH_KEY must stay."))
        return
    short = [name for name in ("SECRET_KEY", "HASH_KEY") if len(getattr(settings, name)) < SHORTEST_KEY]
    if short:
        yield warning(
            "keys",
            _("%(names)s is shorter than %(count)s characters. Make one with: openssl rand -base64 48")
            % {"names": ", ".join(short), "count": SHORTEST_KEY},
        )
        return
    yield ok("keys", _("SECRET_KEY and HASH_KEY are there and differ. Keep a copy of HASH_KEY outside this machine."))


def trial() -> Iterator[Finding]:
    """Trial mode is for before the first real mailing."""
    if settings.TRIAL_ADDRESSES:
        yield warning(
            "trial",
            _("Trial mode is on: only %(count)s addresses get letters. Take TRIAL_ADDRESSES away when you send for real.")
            % {"count": len(settings.TRIAL_ADDRESSES)},
        )
    else:
        yield ok("trial", _("Trial mode is off: letters go to the readers."))


def production() -> Iterator[Finding]:
    """Which settings are in force."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if settings.DEBUG:
        yield error(
            "settings",
            _("%(module)s shows faults to readers (DEBUG). Set DJANGO_SETTINGS_MODULE=config.settings.production.")
            % {"module": module},
        )
    elif module.endswith(".production"):
        yield from static_files()
    else:
        yield ok("settings", _("One process with SQLite suits a trial; config.settings.production is for a server."))


def static_files() -> Iterator[Finding]:
    """In production style sheets and scripts are served from where collectstatic has put them."""
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield ok("settings", _("Production settings, and static files are collected."))
    else:
        yield error("settings", _("Static files are not collected, so pages have no style. Run “manage.py collectstatic”."))
