"""Read and check what comes from outside: environment variables and `.env`.

Every variable is optional for the embedded default; a value that cannot be used stops the start with one clear sentence.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql", "psql", "pgsql")
BROKER_SCHEMES = ("memory", "redis", "rediss", "amqp", "amqps")
EMAIL_SCHEMES = {"smtp": (False, False), "smtp+tls": (True, False), "smtp+ssl": (False, True)}
EMAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def read_env_file(path: Path) -> None:
    """Load `.env`; variables already set in the environment win."""
    if path.exists():
        environ.Env.read_env(path)


def secret_made_once(name: str, *, env_file: Path) -> str:
    """The secret from the environment, or one made now and kept in `.env` for every later start.

    `O_APPEND` and a second reading make two processes that start at once agree on the first one written.
    """
    value = os.environ.get(name)
    if value:
        return value
    descriptor = os.open(env_file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)  # It may have been there before, made readable for all: from now on it holds a secret.
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        written = file.read()
        end_of_line = "\n" if written and not written.endswith("\n") else ""
        file.write(end_of_line + f"{name}={secrets.token_urlsafe(50)}\n")
        file.flush()
        file.seek(0)
        lines = [line.strip() for line in file]
    made = next(line.split("=", 1)[1] for line in lines if line.startswith(f"{name}="))
    os.environ[name] = made
    return made


def secrets_before(name: str, *, not_in: tuple[str, ...]) -> tuple[str, ...]:
    """Earlier values of a secret, newest first, with commas between them; none of them is in use elsewhere."""
    found = tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())
    if len(set(found)) < len(found) or set(found) & set(not_in):
        raise ImproperlyConfigured(f"{name} holds a key that is in use, or one twice. Write earlier keys only, newest first.")
    return found


def require(*names: str) -> None:
    """Refuse to start when production lacks a variable that must not be guessed."""
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"Production needs {', '.join(missing)}. Set them in the environment or in .env (see .env.example)."
        )


def seconds(name: str, *, default: int) -> int:
    """A whole number of seconds, at least one."""
    return _whole_number(name, default=default, unit="seconds", most=86_400)


def hours(name: str, *, default: int) -> int:
    """A whole number of hours, at least one and at most a month."""
    return _whole_number(name, default=default, unit="hours", most=31 * 24)


def hours_or_never(name: str, *, default: int) -> int:
    """A whole number of hours, at most a month; 0 for never."""
    return 0 if os.environ.get(name, "").strip() == "0" else hours(name, default=default)


def days(name: str, *, default: int) -> int:
    """A whole number of days, at least one."""
    return _whole_number(name, default=default, unit="days", most=3_650)


def connections(name: str, *, default: int) -> int:
    """A whole number of connections, at least one."""
    return _whole_number(name, default=default, unit="connections", most=100)


def megabytes(name: str, *, default: int) -> int:
    """A whole number of megabytes."""
    return _whole_number(name, default=default, unit="megabytes", most=1_000_000)


def at_once(name: str, *, default: int) -> int:
    """How many of something there may be at the same time, at least one."""
    return _whole_number(name, default=default, unit="processes", most=100)


def _whole_number(name: str, *, default: int, unit: str, most: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number of {unit}, for example {default}.")
    return int(value)


def factor(name: str) -> float:
    """A number above 0 that something is multiplied by; 1 when it is not set."""
    value = os.environ.get(name) or "1"
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", value) or float(value) == 0:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a number above 0, for example 0.5.")
    return float(value)


def flag(name: str) -> bool:
    """Whether a switch is on: true or false, in the words of django-environ; off when it is not set."""
    value = os.environ.get(name, "").strip().lower()
    if value not in ("", "0", "false", "no", "off", "1", "true", "yes", "on"):
        raise ImproperlyConfigured(f"{name} is {value!r}. Write true or false.")
    return value in ("1", "true", "yes", "on")


def choice(name: str, *words: str, default: str) -> str:
    """One of `words`; `default` when the variable is empty or not set."""
    value = os.environ.get(name, "").strip().lower() or default
    if value not in words:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write one of {', '.join(words)}.")
    return value


def count(name: str, *, default: int, most: int) -> int:
    """A whole number from zero to `most`."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdecimal()) or len(value) > 9 or int(value) > most:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number, at most {most}.")
    return int(value)


def groups(name: str) -> dict[str, str]:
    """A sign-in service's groups and the role of each: GROUP=Role, with commas between; semicolons where groups hold commas."""
    value = os.environ.get(name, "").strip()
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in value.split(";" if ";" in value else ","))):
        group, equals, role = (part.strip() for part in pair.rpartition("="))
        if not (group and equals and role):
            raise ImproperlyConfigured(f"{name} holds {pair!r}. Write GROUP=Role, with commas between the pairs.")
        if found.setdefault(group, role) != role:
            raise ImproperlyConfigured(f"{name} gives {group!r} two roles. Write each group once.")
    return found


def base_url(value: str) -> str:
    """A checked `BASE_URL` without its final slash: http(s)://host[:port]."""
    parts = urlsplit(value)
    try:
        port_is_readable = parts.port is None or parts.port > 0
    except ValueError:
        port_is_readable = False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_readable or parts.path not in ("", "/"):
        raise ImproperlyConfigured(f"BASE_URL is {value!r}. Write it as https://www.example.org, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def is_safe_url(value: str) -> bool:
    """Whether an address is https, or http on this machine."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    )


# libpq's own words (seconds, tcp_user_timeout in milliseconds): a server that is cut off is noticed within half a minute, half
# of a letter's lease, instead of hours. What DATABASE_URL says itself comes first.
CUT_CABLE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}


def database(value: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `DATABASE_URL` (SQLite or PostgreSQL)."""
    scheme = urlsplit(value).scheme
    if scheme not in DATABASE_SCHEMES:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {scheme!r}. Write postgresql://user:password@host/name or sqlite:///path/db.sqlite3."
        )
    try:
        entry: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except ValueError as fault:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read. Write postgresql://user:password@host:5432/name; percent-encode odd characters."
        ) from fault
    if "sqlite" in entry["ENGINE"]:
        # IMMEDIATE takes the write lock at BEGIN, so that a reader never fails when it turns writer.
        entry["OPTIONS"] = {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        entry.setdefault("CONN_MAX_AGE", 60)
        entry.setdefault("CONN_HEALTH_CHECKS", True)
        entry["OPTIONS"] = CUT_CABLE | entry.get("OPTIONS", {})
    return entry


def shared_cache(value: str | None, *, folder: Path, hash_key: str, most: int = 20_000) -> dict[str, Any]:
    """Django's CACHES entry that all processes share: the Redis that `CACHE_URL` names, or at most so many files in `folder`.

    Redis keys begin with a mark that follows from HASH_KEY, and the folder's name: another municipality's installation may use
    the same database, and neither sees or counts what the other has kept.
    """
    if not value:
        # Far more than a municipality's pages, or networks in an hour: Django then never has to choose what to throw away.
        return {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": folder,
            "OPTIONS": {"MAX_ENTRIES": most},
        }
    if urlsplit(value).scheme not in ("redis", "rediss"):
        raise ImproperlyConfigured(
            f"CACHE_URL begins with {urlsplit(value).scheme!r}. Write redis://host:6379/1, or leave it out."
        )
    mark = hashlib.blake2b(hash_key.encode(), digest_size=8, person=b"kampanj.cache").hexdigest()
    return {"BACKEND": "config.caches.OwnRedisCache", "LOCATION": value, "KEY_PREFIX": f"kampanj.{mark}.{folder.name}"}


def broker(value: str) -> str:
    """A checked `BROKER_URL`."""
    scheme = urlsplit(value).scheme
    if scheme not in BROKER_SCHEMES:
        raise ImproperlyConfigured(
            f"BROKER_URL begins with {scheme!r}. Write redis://host:6379/0 or amqp://user:password@host:5672//."
        )
    return value


def log_format(value: str | None) -> str:
    """How log lines look: `line` for people, which is the default, or `json`."""
    if value and value not in ("line", "json"):
        raise ImproperlyConfigured(f"LOG_FORMAT is {value!r}. Write line or json.")
    return value or "line"


def token(value: str | None) -> str:
    """A checked `METRICS_TOKEN`; empty when it is not set. Not shown when it is refused."""
    if value and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{20,200}", value):
        raise ImproperlyConfigured("METRICS_TOKEN must be 20 letters, digits or signs out of ._~+/=- or more (RFC 6750).")
    return value or ""


def email(value: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for an `EMAIL_URL`: smtp://, smtp+tls:// (STARTTLS) or smtp+ssl://."""
    parts = urlsplit(value)
    try:
        port = parts.port or EMAIL_PORTS.get(parts.scheme)
    except ValueError:
        port = None
    if parts.scheme not in EMAIL_SCHEMES or not parts.hostname or port is None:
        raise ImproperlyConfigured(
            "EMAIL_URL cannot be read. Write smtp://user:password@relay.example.org:25, smtp+tls:// or smtp+ssl://."
        )
    use_tls, use_ssl = EMAIL_SCHEMES[parts.scheme]
    credentials = environ.Env.email_url_config(value)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": credentials["EMAIL_HOST_USER"] or "",
        "EMAIL_HOST_PASSWORD": credentials["EMAIL_HOST_PASSWORD"] or "",
        "EMAIL_USE_TLS": use_tls,
        "EMAIL_USE_SSL": use_ssl,
    }


def minutes(name: str, *, default: int) -> int:
    """A whole number of minutes from zero to a whole day."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or len(value) > 4 or int(value) > 24 * 60:
        raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number of minutes, at most a day, for example {default}.")
    return int(value)


def mailbox(name: str) -> str:
    """Where a mailbox is: an imap:// or imaps:// URL, or an absolute path; empty when it is not set."""
    value = os.environ.get(name, "").strip()
    if value and not _is_imap(value) and not value.removeprefix("maildir://").startswith("/"):
        # Not the value: it may hold a password.
        raise ImproperlyConfigured(
            f"{name} cannot be read. Write imaps://user:password@host/FOLDER, odd characters percent-encoded, or a Maildir's path"
            " that begins with /."
        )
    return value


def _is_imap(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("imap", "imaps") and bool(parts.hostname and parts.username and parts.password)


def with_prefix(prefix: str) -> dict[str, str]:
    """All variables whose names begin with the prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in os.environ.items() if name.startswith(prefix) and value}


def addresses(name: str) -> tuple[str, ...]:
    """E-mail addresses with commas between them; none when the variable is empty or not set."""
    value = os.environ.get(name, "").strip()
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    if (value and not found) or not all(re.fullmatch(r"[^@\s]+@[^@\s]+", address) for address in found):
        raise ImproperlyConfigured(f"{name} must be addresses with commas between them, for example anna@example.org.")
    return found
