"""A package of SCORM 1.2 taken in by an importer that we did not write."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kampanj.channels.lms.scorm.standard import SCORM_12
from tests.channels.lms.scorm import reader
from tests.installation import ROOT


@pytest.mark.django_db
@pytest.mark.bare
def test_an_importer_that_is_not_ours_unpacks_it_and_finds_the_page(quiz_campaign, packed, tmp_path: Path):
    content = packed(SCORM_12, quiz_campaign)
    file, folder = tmp_path / "lektion.zip", tmp_path / "media"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", str(Path(reader.__file__).relative_to(ROOT)), str(file), str(folder)],
        cwd=ROOT,
        env={},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        count = len(archive.namelist())
    assert json.loads(done.stdout) == {
        "title": "Jag trodde aldrig…",
        "version": "1.2",
        "launches": "index.html",
        "is_there": True,
        "files": count,
    }
