"""`make bench-share`: what the demonstration campaign's share kit costs, beside a floor.

A new process with an empty cache draws the kits of all languages: seconds for the first (fonts are read), for one more made past
the cache, and out of the cache. Then each format alone: seconds and kB for a picture (mean and largest), and the floor: Pillow
drawing plain rectangles of the same colours in the same size and saving them with the same quality. Prints figures, judges none.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks.packages import run
from tests.installation import Installation

KIT = """
from kampanj.channels.social.writer import CHANNEL
editions = [Edition.freeze(page) for page in variants(campaign_by_slug(SLUG))]
def together(fresh=False):
    return [file for edition in editions for file in artifacts(CHANNEL, edition, fresh=fresh)]
first, size = timed(together)
anew, _size = timed(lambda: together(fresh=True))
kept, _size = timed(together)
print("FIGURES", json.dumps([first, anew, kept, size, len(editions), len(together()), before, largest()]))
"""

FORMATS = """
import io
from PIL import Image, ImageDraw
from kampanj.channels.social.card import FORMATS
from kampanj.channels.social.painting import QUALITIES, drawn
from kampanj.channels.social.sources import cards_of
cards = [card for page in variants(campaign_by_slug(SLUG)) for card in cards_of(Edition.of_published(page))]

def floor(card, form):
    image = Image.new("RGB", form.size, card.theme.ground)
    pen = ImageDraw.Draw(image)
    for step in range(8):
        pen.rectangle((72, 72 + 60 * step, form.width - 72, 102 + 60 * step), fill=card.theme.text)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITIES[0], subsampling=0, optimize=True)
    return out.getvalue()

drawn(cards[0], FORMATS[0])
figures = []
for form in FORMATS:
    row = [str(form)]
    for way in (drawn, floor):
        start = time.monotonic()
        sizes = [len(way(card, form)) for card in cards for _round in range(ROUNDS)]
        row += [(time.monotonic() - start) / len(sizes), sum(sizes) / len(sizes) / 1000, max(sizes) / 1000]
    figures.append(row)
print("FIGURES", json.dumps([figures, len(cards)]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slug", default="jag-trodde-aldrig", help="the demonstration's campaign")
    parser.add_argument("--rounds", type=int, default=3, help="how often each picture is drawn (default: 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-share-") as name:
        installation = Installation(Path(name))
        installation.manage("migrate", "--verbosity", "0")
        installation.manage("seed_demo")
        (first, anew, kept, size, languages, files, before, peak), together = run(installation, KIT, SLUG=options.slug)
        print(f"kits of {languages} languages, {files} files, {size:,} bytes:")
        print(f"first {first:.2f} s, anew {anew:.2f} s, kept {kept:.2f} s")
        print(f"{before:.0f} → {peak:.0f} MB ({together:.0f} MB together)")
        (rows, cards), _together = run(installation, FORMATS, SLUG=options.slug, ROUNDS=options.rounds)
        print(f"\n{cards} share texts    s each   mean kB    max kB   floor s   floor kB   ratio")
        for form, taken, mean, most, least, plain, _most in rows:
            print(f"{form:14} {taken:9.3f} {mean:9.0f} {most:9.0f} {least:9.3f} {plain:10.0f} {taken / least:7.1f}")


if __name__ == "__main__":
    main()
