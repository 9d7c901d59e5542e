"""First light on everything that an installation in production can stand on. `make test-stacks` runs all stories there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import stacks
from tests.browser.test_story import first_light


@pytest.mark.parametrize("name", stacks.NAMES)
def test_first_light(name: str, chromium: Browser, tmp_path: Path) -> None:
    if stacks.chosen():
        pytest.skip("All stories run on the stack that has been chosen.")
    first_light(chromium, stacks.ground.lay(tmp_path / "installation", stacks.Stack.named(name)))
