"""First light on everything that an installation in production can stand on, each part once: both brokers, pages kept in Redis
and in files, files in folders and in buckets. `make test-stacks` runs all stories on each combination."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import stacks
from tests.browser.test_story import first_light


@pytest.mark.parametrize("name", ["postgres+redis", "postgres+rabbitmq+s3"])
def test_first_light(name: str, chromium: Browser, tmp_path: Path) -> None:
    if stacks.chosen():
        pytest.skip("All stories run on the stack that has been chosen.")
    first_light(chromium, stacks.ground.lay(tmp_path / "installation", stacks.Stack.named(name)))
