"""Files in an S3-compatible store (moto, which speaks the protocol): all that people do with files; a backup there and back."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from config import buckets
from config.backup.returning import Returning
from config.health import needs
from tests.backup.deeds import asked, last_line, shell
from tests.backup.deeds_in_buckets import LIVING
from tests.buckets import KEYS, client_of, environment, serving
from tests.installation import Installation


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """The address of a server with two buckets."""
    with serving() as address:
        yield address


@pytest.fixture
def in_buckets(installation: Installation, store: str, tmp_path: Path) -> Installation:
    """The demonstration, moved into buckets by a backup."""
    made = last_line(installation.manage("backup", "--to", tmp_path / "moved.tar").stdout)
    shutil.rmtree(installation.folder / "media")
    shutil.rmtree(installation.var / "private")
    installation.environment |= environment(store, public="media", private="files")
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


@pytest.fixture
def two_buckets(store: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process keeps its files in buckets; the address of their server."""
    variables = environment(store, public="here", private="here")
    for name in KEYS:
        monkeypatch.setenv(name, variables[name])
    settings.STORAGES = {
        **settings.STORAGES,
        **buckets.storages(default=variables["MEDIA_STORAGE"], private=variables["PRIVATE_STORAGE"]),
    }
    return store


def objects(address: str) -> dict[str, bytes]:
    client = client_of(address)
    found = client.list_objects_v2(Bucket="uploads", Prefix="here/").get("Contents", ())
    return {entry["Key"]: client.get_object(Bucket="uploads", Key=entry["Key"])["Body"].read() for entry in found}


def test_in_buckets_too_all_is_as_it_was_when_the_whole_cannot_be_done(two_buckets: str, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        storages["default"].save(name, ContentFile(f"old {name}".encode()))
    before = objects(two_buckets)
    returning = Returning(tmp_path)
    new = {"a.txt": b"new", "c.txt": b"added"}
    for name, content in new.items():
        returning.put("media", name, io.BytesIO(content), sha256=hashlib.sha256(content).hexdigest())
    assert {name: objects(two_buckets)[name] for name in before} == before
    returning.swap()
    assert objects(two_buckets) == {**before, **{f"here/{name}": content for name, content in new.items()}}
    returning.undo()
    assert objects(two_buckets) == before
    for name in ("a.txt", "b.txt"):
        storages["default"].delete(name)


def test_whether_a_bucket_is_there_is_asked_without_writing(two_buckets: str, settings: Settings) -> None:
    before = objects(two_buckets)
    needs.storage()
    assert objects(two_buckets) == before
    needs.kept_files()
    place = {"endpoint_url": two_buckets, "region_name": "us-east-1", "bucket_name": "nowhere"}
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {**settings.STORAGES["private"]["OPTIONS"], **place}},
    }
    with pytest.raises(needs.Unwell, match="nowhere"):
        needs.storage()


def test_a_store_that_takes_calls_and_says_nothing_is_given_up_soon(two_buckets: str, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=8) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        private = settings.STORAGES["private"]
        settings.STORAGES = {
            **settings.STORAGES,
            "private": {**private, "OPTIONS": {**private["OPTIONS"], "endpoint_url": address}},
        }
        began = time.monotonic()
        with pytest.raises(needs.Unwell):
            needs.storage()
        # Two seconds; a busy machine may take its time. Without a limit it were minutes.
        assert time.monotonic() - began < 20


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
