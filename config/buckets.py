"""S3-compatible stores by environment: `s3://bucket/prefix?endpoint=…&region=…` becomes Django's STORAGES entry.

Credentials are not in the address: boto3 finds them in the environment, or in the machine's role.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

BACKENDS = {"default": "config.bucket_storage.PublicBucket", "private": "config.bucket_storage.PrivateBucket"}
VARIABLES = {"default": "MEDIA_STORAGE", "private": "PRIVATE_STORAGE"}
ASKED = {"endpoint": "endpoint_url", "region": "region_name"}
# Files that are larger are written through a file without a name.
IN_MEMORY = 4 * 1024 * 1024


def storages(**addresses: str) -> dict[str, dict[str, Any]]:
    """The entries of those stores (default, private) that have an address; ImproperlyConfigured for one that cannot be used."""
    if any(addresses.values()) and not all(find_spec(package) for package in ("storages", "boto3")):
        raise ImproperlyConfigured("MEDIA_STORAGE and PRIVATE_STORAGE need two more packages: pip install 'kampanj[s3]'.")
    entries = {name: _entry(name, address) for name, address in addresses.items() if address}
    if len(entries) == len(BACKENDS):
        public, private = (_place(entries[name]) for name in ("default", "private"))
        if (public[0], public[1]) == (private[0], private[1]) and (
            private[2].startswith(public[2]) or public[2].startswith(private[2])
        ):
            raise ImproperlyConfigured(
                "MEDIA_STORAGE and PRIVATE_STORAGE lie in each other: private files would be served to everybody. Use two"
                " buckets, or two prefixes: s3://kampanj/media and s3://kampanj/private."
            )
    return entries


def _entry(name: str, address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or parts.username or set(asked) - set(ASKED):
        raise ImproperlyConfigured(
            f"{VARIABLES[name]} cannot be read. Write s3://BUCKET/PREFIX?endpoint=https://s3.example.org&region=REGION, without"
            " keys: those are AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    options: dict[str, Any] = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": False,
        "max_memory_size": IN_MEMORY,
        **{ASKED[key]: value for key, value in asked.items()},
    }
    if "endpoint" in asked:
        options["addressing_style"] = "path"
    return {"BACKEND": BACKENDS[name], "OPTIONS": options}


def _place(entry: dict[str, Any]) -> tuple[str, str, str]:
    options = entry["OPTIONS"]
    return options.get("endpoint_url", ""), options["bucket_name"], f"{options['location']}/".lstrip("/")
