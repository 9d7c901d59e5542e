"""The documents' pictures: the program that draws them goes the whole way, and what the guide names is there to be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.architecture import documents
from tests.architecture.test_guide import names_in_guide
from tests.browser import pictures
from tests.browser.camera import MOST_BYTES, Camera, plain
from tests.installation import copy_of_template

# Named in the guide, and seen only when something has gone wrong that the walk does not bring about, or in the list of blocks.
SELDOM_SEEN = {
    "E-postservrar tar inte emot våra brev",
    "Evenemang",
    "Skicka nu",
    "Stopp: väldigt många skulle tas bort",
    "Väntar på besked",
}


@pytest.fixture(scope="module")
def walked(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Camera:
    place = tmp_path_factory.mktemp("pictures")
    return pictures.draw(chromium, copy_of_template(place / "installation"), place)


def test_the_program_draws_the_pictures_that_the_documents_show(walked: Camera) -> None:
    shown = {Path(place).stem for page in documents.PAGES for _words, place in documents.pictures(page)}
    assert set(walked.names) == shown
    assert all((walked.folder / f"{name}.png").stat().st_size <= MOST_BYTES for name in walked.names)


def test_every_name_in_the_guide_is_read_on_some_page(walked: Camera) -> None:
    never = {name for name in names_in_guide() if plain(name) not in walked.seen}
    assert never - SELDOM_SEEN == set()
    assert {name for name in SELDOM_SEEN if plain(name) in walked.seen} == set()
