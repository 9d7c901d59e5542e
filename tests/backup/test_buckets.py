"""Files in an S3-compatible store (moto, which speaks the protocol): all that people do with files; a backup there and back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from moto.server import ThreadedMotoServer

from config import buckets
from tests.backup.deeds import asked, last_line, shell
from tests.backup.deeds_in_buckets import LIVING
from tests.installation import Installation

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret"}


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """The address of a server with two buckets."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = client_of(address)
    for bucket in ("uploads", "kept"):
        client.create_bucket(Bucket=bucket)
    yield address
    server.stop()


def client_of(address: str):
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture
def in_buckets(installation: Installation, store: str, tmp_path: Path) -> Installation:
    """The demonstration, moved into buckets by a backup."""
    made = last_line(installation.manage("backup", "--to", tmp_path / "moved.tar").stdout)
    shutil.rmtree(installation.folder / "media")
    shutil.rmtree(installation.var / "private")
    installation.environment |= {
        **KEYS,
        "MEDIA_STORAGE": f"s3://uploads/media?endpoint={store}&region=us-east-1",
        "PRIVATE_STORAGE": f"s3://kept/files?endpoint={store}&region=us-east-1",
    }
    installation.manage("restore", made["backup"], "--replace")
    return installation


def test_everything_that_people_do_with_files_is_done_in_buckets(in_buckets: Installation, store: str, tmp_path: Path) -> None:
    told = json.loads(shell(in_buckets, LIVING, "LIVING"))
    assert told["pictures"]
    for path, (status, kind, has_bytes, sniffing, caching, is_strict) in told["pictures"].items():
        assert (status, has_bytes, sniffing, is_strict) == (200, True, "nosniff", True), path
        assert kind.startswith("image/")
        assert caching == "public, max-age=86400"
    assert told["share_picture"]
    assert told["missing"] == 404
    assert set(told["outside"]) == {404}
    assert told["document"] == [404, "words"]
    assert told["package"] == [None, 206, True, 206, True]
    assert told["artifact"] is None
    assert told["film_part"] == [206, 10]
    assert told["film"] == [10, 5, 20, True]
    assert told["archives"] == [1, []]
    assert (told["imported"], told["undone"], told["shredded"]) == (2, 0, True)
    assert not (in_buckets.folder / "media").exists()
    assert not (in_buckets.var / "private").exists()
    client = client_of(store)
    for bucket in ("uploads", "kept"):
        grants = [grant["Grantee"].get("URI", "") for grant in client.get_bucket_acl(Bucket=bucket)["Grants"]]
        assert not [uri for uri in grants if uri.endswith("AllUsers")]

    # There and back: everything is lost, and everything comes back.
    before = asked(in_buckets)
    backup = last_line(in_buckets.manage("backup", "--to", tmp_path / "later.tar").stdout)["backup"]
    for bucket in ("uploads", "kept"):
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", ()):
                client.delete_object(Bucket=bucket, Key=entry["Key"])
    in_buckets.database.unlink()
    in_buckets.manage("restore", backup)
    after = asked(in_buckets)
    assert after["files"] == before["files"]
    assert after["counts"] == before["counts"]
    assert last_line(in_buckets.manage("verify_archive").stdout) == {"archives": 1, "faults": 0}


@pytest.mark.parametrize(
    ("public", "private"),
    [
        ("https://uploads.example.org", ""),
        ("s3://key:secret@uploads/media", ""),
        ("s3://uploads/media?acl=public-read", ""),
        ("s3:///media", ""),
        ("s3://one", "s3://one/private"),
        ("s3://one/a", "s3://one/a"),
    ],
)
def test_an_address_that_cannot_be_used_stops_the_start_with_a_sentence(public: str, private: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE"):
        buckets.storages(default=public, private=private)


def test_two_places_are_taken() -> None:
    found = buckets.storages(default="s3://one/public", private="s3://one/private?endpoint=http://127.0.0.1:9000&region=x")
    assert found["private"]["OPTIONS"]["endpoint_url"] == "http://127.0.0.1:9000"
    assert buckets.storages(default="", private="") == {}
