"""`make bench-packages`: what the demonstration campaign's packages cost in time and memory, and a thousand schools' fetching.

Each form is made in a process of its own with an empty cache: seconds for the first (its papers too), for one more made past the
cache (the papers are kept), and out of the cache; bytes; the largest memory of the process itself (VmHWM) and of it and what it
started together (Pss, sampled). “film” is the cartridge with a film of 100 MB attached, written and read by the linter. Then a
thousand schools fetch three forms each: seconds, and how many packages were made. Prints figures, judges none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.imports import SAMPLE_SECONDS, resident
from tests.installation import ROOT, Installation

FORMS = ("cc11", "cc13", "thincc", "scorm12", "scorm2004", "qti21", "offline", "pdf", "guide")
MEGABYTES = 100

BEGIN = """
import json, pathlib, re, time
from kampanj.channels.artifact import artifacts
from kampanj.channels.registry import channel_named
from kampanj.content.models import Edition, campaign_by_slug, variants

def largest():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024

def timed(step):
    start = time.monotonic()
    made = step()
    size = sum(artifact.size for artifact in made)
    return time.monotonic() - start, size

edition = Edition.freeze(variants(campaign_by_slug(SLUG))[0])
before = largest()
"""

ONE = """
channel = channel_named(FORM)
first, size = timed(lambda: artifacts(channel, edition))
anew, _size = timed(lambda: artifacts(channel, edition, fresh=True))
kept, _size = timed(lambda: artifacts(channel, edition))
print("FIGURES", json.dumps([first, anew, kept, size, before, largest()]))
"""

FILM = """
import dataclasses
from kampanj.channels.lms.bundle import bundle_of
from kampanj.channels.lms.common_cartridge import written
from kampanj.channels.lms.linter import faults
from kampanj.channels.lms.package import Attachment
from kampanj.channels.contents import File

def with_film():
    package = bundle_of(edition)
    film = Attachment("Film", File("files/film.mp4", "video/mp4", lambda: open(PATH, "rb")))
    section = dataclasses.replace(package.sections[0], attachments=(*package.sections[0].attachments, film))
    made = written(dataclasses.replace(package, sections=(section, *package.sections[1:])))
    if faults(made):
        raise SystemExit("the linter refuses the film")
    return [made]

first, size = timed(with_film)
anew, _size = timed(with_film)
print("FIGURES", json.dumps([first, anew, None, size, before, largest()]))
"""

SCHOOLS = """
from kampanj.municipality.storage import private_storage
channels = [channel_named(name) for name in ("cc11", "scorm12", "offline")]
start = time.monotonic()
for _school in range(COUNT):
    for channel in channels:
        for artifact in artifacts(channel, edition):
            artifact.size
seconds = time.monotonic() - start
made = [json.loads(file.read_text())[0]["name"] for file in pathlib.Path(private_storage().path("artifacts")).rglob("index.json")]
print("FIGURES", json.dumps([seconds, sorted(made), largest()]))
"""


def run(installation: Installation, program: str, **names: object) -> tuple[list, float]:
    """A program in `manage.py shell` with `names` set; its figures, and the largest memory of its processes together in MB."""
    given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", given + BEGIN + program],
        cwd=installation.folder,
        env=installation.variables(),
        stdout=subprocess.PIPE,
        text=True,
    )
    most = 0
    while process.poll() is None:
        most = max(most, resident(process.pid))
        time.sleep(SAMPLE_SECONDS)
    output = process.communicate()[0]
    figures = next((line for line in output.splitlines() if line.startswith("FIGURES ")), None)
    if figures is None:
        raise SystemExit(f"no figures came; the process ended with {process.returncode}:\n{output}")
    return json.loads(figures.removeprefix("FIGURES ")), most / 1024


def emptied(installation: Installation) -> None:
    """Take away the packages made so far."""
    for folder in installation.var.rglob("artifacts"):
        for file in sorted(folder.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()


def seconds(value: float | None) -> str:
    return f"{value:8.2f}" if value is not None else "       –"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", nargs="+", default=[*FORMS, "film"], choices=[*FORMS, "film"], metavar="FORM")
    parser.add_argument("--schools", type=int, default=1000, help="how many fetch three forms each (default: 1000)")
    parser.add_argument("--slug", default="jag-trodde-aldrig", help="the demonstration's campaign")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-packages-") as name:
        installation = Installation(Path(name))
        installation.manage("migrate", "--verbosity", "0")
        installation.manage("seed_demo")
        film = Path(name) / "film.mp4"
        with film.open("wb") as file:
            for _piece in range(MEGABYTES):
                file.write(b"\x00\x01" * 524_288)
        print("form       first s   anew s   kept s         bytes   before MB   peak MB   together MB")
        for form in options.forms:
            emptied(installation)
            program = FILM if form == "film" else ONE
            figures, together = run(installation, program, SLUG=options.slug, FORM=form, PATH=str(film))
            first, anew, kept, size, before, peak = figures
            times = " ".join(map(seconds, (first, anew, kept)))
            print(f"{form:10}{times} {size:13,} {before:11.0f} {peak:9.0f} {together:13.0f}", flush=True)
        emptied(installation)
        (taken, made, peak), together = run(installation, SCHOOLS, SLUG=options.slug, COUNT=options.schools)
        print(f"{options.schools} schools × 3 forms: {taken:.1f} s, {peak:.0f} MB ({together:.0f} MB together)")
        print(f"made: {', '.join(made)}")


if __name__ == "__main__":
    main()
