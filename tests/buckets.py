"""An S3-compatible store for tests: moto, which speaks the protocol, with two buckets."""

from __future__ import annotations

import contextlib
import logging
import mimetypes
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret"}
PUBLIC, PRIVATE = "uploads", "kept"


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The address of a server with two empty buckets, until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # A line for each request would hide what a failed test says.
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = client_of(address)
    for bucket in (PUBLIC, PRIVATE):
        client.create_bucket(Bucket=bucket)
    try:
        yield address
    finally:
        server.stop()


def client_of(address: str) -> Any:
    """boto3's client for that server."""
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


def environment(address: str, *, public: str, private: str) -> dict[str, str]:
    """The variables of an installation whose files lie under these prefixes."""
    asked = f"?endpoint={address}&region=us-east-1"
    return {
        **KEYS,
        "MEDIA_STORAGE": f"s3://{PUBLIC}/{public}{asked}",
        "PRIVATE_STORAGE": f"s3://{PRIVATE}/{private}{asked}",
    }


def move(folder: Path, address: str, *, bucket: str, prefix: str) -> None:
    """Everything in a folder goes into a bucket, and the folder is gone."""
    client = client_of(address)

    def carry(path: Path) -> None:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        client.put_object(Bucket=bucket, Key=f"{prefix}/{path.relative_to(folder)}", Body=path.read_bytes(), ContentType=kind)

    if folder.is_dir():
        with ThreadPoolExecutor(4) as hands:
            list(hands.map(carry, [path for path in folder.rglob("*") if path.is_file()]))
        shutil.rmtree(folder)
