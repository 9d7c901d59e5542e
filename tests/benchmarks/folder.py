"""`make bench-folder`: what the demonstration's folder costs in time and memory, in every format, making and language.

Each is made in a process of its own with an empty cache: seconds for the first, for one more past the cache, and
out of the cache; bytes; the largest memory of it and what it started together (Pss, sampled). Prints figures, judges none.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks.packages import emptied, run, seconds
from tests.installation import Installation

FORMATS = ("a5", "a65", "a4", "a3")
LANGUAGES = ("sv", "en", "ar")

ONE = """
[page] = [one for one in variants(campaign_by_slug(SLUG)) if one.locale.language_code == LANGUAGE]
edition = Edition.freeze(page)
channel = channel_named(FORM)
first, size = timed(lambda: artifacts(channel, edition))
anew, _size = timed(lambda: artifacts(channel, edition, fresh=True))
kept, _size = timed(lambda: artifacts(channel, edition))
print("FIGURES", json.dumps([first, anew, kept, size]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--formats", nargs="+", default=FORMATS, choices=FORMATS, metavar="FORMAT")
    parser.add_argument("--languages", nargs="+", default=LANGUAGES, choices=LANGUAGES, metavar="LANGUAGE")
    parser.add_argument("--slug", default="jag-trodde-aldrig", help="the demonstration's campaign")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-folder-") as name:
        installation = Installation(Path(name))
        installation.manage("migrate", "--verbosity", "0")
        installation.manage("seed_demo")
        print("format               first s   anew s   kept s         bytes   together MB")
        for form in (f"folder-{one}{ending}" for one in options.formats for ending in ("", "-print")):
            for language in options.languages:
                emptied(installation)
                (first, anew, kept, size), together = run(installation, ONE, SLUG=options.slug, FORM=form, LANGUAGE=language)
                times = " ".join(map(seconds, (first, anew, kept)))
                print(f"{form + ' ' + language:20}{times} {size:13,} {together:13.0f}", flush=True)


if __name__ == "__main__":
    main()
