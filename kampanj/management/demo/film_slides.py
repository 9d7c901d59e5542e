"""The demonstration's film: five slides of the project's own drawings, and how `livet-pa-natet.mp4` was made of them.

The finished file lies beside this module, so that nobody else needs ffmpeg. It is dedicated to the public domain (CC0 1.0).
To make it anew: `python -m kampanj.management.demo.film_slides FOLDER` draws `slide-1.png` … `slide-5.png`; then, there, with
ffmpeg 5 or newer (each slide is shown for 4 s and fades into the next in 0.5 s; the tone is a soft fifth):

    ffmpeg -loop 1 -t 4.5 -i slide-1.png -loop 1 -t 4.5 -i slide-2.png -loop 1 -t 4.5 -i slide-3.png \\
        -loop 1 -t 4.5 -i slide-4.png -loop 1 -t 4 -i slide-5.png \\
        -f lavfi -i "aevalsrc=0.05*sin(2*PI*196*t)+0.035*sin(2*PI*294*t):d=20:s=44100" -filter_complex \\
        "[0][1]xfade=duration=0.5:offset=4[a];[a][2]xfade=duration=0.5:offset=8[b];[b][3]xfade=duration=0.5:offset=12[c];\\
        [c][4]xfade=duration=0.5:offset=16,fps=12,format=yuv420p[v];[5]afade=in:d=2,afade=out:st=17:d=3[s]" \\
        -map "[v]" -map "[s]" -t 20 -c:v libx264 -preset veryslow -tune stillimage -crf 29 -g 48 -c:a aac -b:a 40k -ac 1 \\
        -movflags +faststart livet-pa-natet.mp4
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

from kampanj.management.demo.drawings import DRAWINGS, LAKE, PAPER, SUN, Sheet

FILM = Path(__file__).parent / "livet-pa-natet.mp4"
CAPTIONS = Path(__file__).parent / "livet-pa-natet.vtt"
WIDTH, HEIGHT, SECONDS = 1280, 720, 20
# Where the picture begins, the light edge before it, where the words begin and their size, in pixels.
PICTURE_LEFT, EDGE, WORDS_LEFT, WORDS_SIZE = 660, 8, 72, 60
FONT = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif-Bold.ttf"

# (drawing, the words beside it, line by line)
SLIDES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("phone", ("Livet", "på nätet", "", "Exempelfilm")),
    ("window", ("Det som händer", "på nätet händer", "på riktigt.")),
    ("paper", ("Du behöver", "inte svara.", "Spara det", "som skrivs.")),
    ("cups", ("Berätta för", "någon som", "du litar på.")),
    ("door", ("Bris lyssnar", "dygnet runt.", "", "116 111")),
)


def slides() -> Iterator[Image.Image]:
    """The slides in their order, 1280 × 720."""
    for name, lines in SLIDES:
        sheet = Sheet(width=WIDTH, height=HEIGHT, ground=LAKE)
        sheet.dots(SUN, WORDS_LEFT + 8, HEIGHT - 90, size=15)
        slide = sheet.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).convert("RGB")
        slide.paste(PAPER, (PICTURE_LEFT - EDGE, 0, PICTURE_LEFT, HEIGHT))
        slide.paste(_picture(name), (PICTURE_LEFT, 0))
        _write(slide, lines)
        yield slide


def _picture(name: str) -> Image.Image:
    """The middle of a drawing, as high as the slide."""
    drawn = DRAWINGS[name]().image.convert("RGB")
    high = drawn.resize((round(drawn.width * HEIGHT / drawn.height), HEIGHT), Image.Resampling.LANCZOS)
    left = (high.width - (WIDTH - PICTURE_LEFT)) // 2
    return high.crop((left, 0, left + WIDTH - PICTURE_LEFT, HEIGHT))


def _write(slide: Image.Image, lines: tuple[str, ...]) -> None:
    font = ImageFont.truetype(FONT, WORDS_SIZE)
    pen, step = ImageDraw.Draw(slide), round(WORDS_SIZE * 1.3)
    top = (HEIGHT - step * len(lines)) // 2 - 30
    for number, line in enumerate(lines):
        colour = SUN if line in ("116 111", "Exempelfilm") else PAPER
        pen.text((WORDS_LEFT, top + number * step), line, font=font, fill=colour)


if __name__ == "__main__":
    for number, slide in enumerate(slides(), start=1):
        slide.save(Path(sys.argv[1]) / f"slide-{number}.png")
