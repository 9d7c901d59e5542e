"""The files of deploy/ agree with the project, with their own standards, and with what the machine says of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.celery import app
from tests.architecture.test_documents import EXAMPLE, commands, variables_read
from tests.conftest import require
from tests.deploy.proxy import laid
from tests.deploy.units import DEPLOY, HOME, UNITS, sections, values
from tests.installation import ROOT

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "kampanj"}
# Read by the images, not by us.
OF_THE_IMAGES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
QUEUES = {queue.name for queue in app.conf.task_queues}
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def texts() -> dict[str, str]:
    """What names commands and variables: everything in deploy/, and the operator's guide."""
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    return {path.name: path.read_text(encoding="utf-8") for path in [*files, ROOT / "docs" / "operating.md"]}


def test_compose_follows_its_schema() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_command_that_is_named_exists() -> None:
    django = {"migrate", "collectstatic", "createsuperuser", "check"}
    for name, text in texts().items():
        named = set(re.findall(r"(?:manage\.py|`kampanj|: kampanj|, kampanj) ([a-z_]+)", text))
        assert named - commands() - django == set(), name
    assert "doctor" in commands()


def test_every_variable_that_is_named_exists() -> None:
    known = variables_read() | OF_THE_IMAGES
    for service in COMPOSE["services"].values():
        assert set(service.get("environment", {})) - known == set()
    written = set(re.findall(r"^#?([A-Z0-9_]+)=", (DEPLOY / "kampanj.env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert written - variables_read() == set()
    assert written <= set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.MULTILINE))
    own = {word.partition("=")[0] for unit in SERVICES for line in values(unit, "Environment") for word in line.split()}
    assert own - variables_read() == {"WEB_PROCESSES", "CONCURRENCY", "BACKUP_FOLDER", "HOME", "MPLCONFIGDIR"}


def test_production_is_told_all_that_it_asks_for() -> None:
    """The example has every variable that production refuses to start without."""
    production = (ROOT / "config" / "settings" / "production.py").read_text(encoding="utf-8")
    demanded = re.search(r"environment\.require\((.*?)\)", production, re.DOTALL)
    assert demanded
    example = (DEPLOY / "kampanj.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r'"(\w+)"', demanded.group(1))) <= set(re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE))


def test_every_queue_has_a_worker() -> None:
    commands_of_ours = [service.get("command", []) for service in OURS.values()]
    by_compose = {words[words.index("--queues") + 1] for words in commands_of_ours if "--queues" in words}
    assert by_compose == QUEUES
    wanted = " ".join(values(DEPLOY / "systemd" / "kampanj.target", "Wants"))
    assert set(re.findall(r"kampanj-worker@(\w+)\.service", wanted)) == QUEUES
    timed = {unit.stem for unit in UNITS if unit.suffix == ".timer"}
    for unit in SERVICES:
        assert unit.stem in timed or unit.name.replace("@.", "@clock.") in wanted


def test_nothing_of_ours_is_root_or_writes_where_it_need_not() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name == "database" or service["cap_drop"] == ["ALL"], name
    assert re.findall(r"^USER (.*)$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE) == ["10001:10001"]
    for unit in SERVICES:
        assert sections(unit)["Service"]["User"] == "kampanj"
        assert sections(unit)["Service"]["ProtectSystem"] == "strict"


def test_no_image_names_a_registry() -> None:
    images = {service["image"] for service in COMPOSE["services"].values()}
    images |= set(re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))
    assert [image for image in images if "." in image.split("/")[0] and "/" in image] == []
    assert all(":" in image for image in images - {"kampanj"})


def test_the_image_is_made_of_files_that_are_there_and_are_not_kept_out() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    sources = {word for line in copied for word in line.split()}
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    let_in = set(re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    assert sources <= let_in


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    require(shutil.which("systemd-analyze"), "systemd-analyze is not installed (Debian: apt-get install systemd).")
    # It demands that programs and folders exist: ours stand in for a server's.
    for other in UNITS:
        text = (
            other.read_text(encoding="utf-8")
            .replace(f"{HOME}/.venv/bin", str(Path(sys.executable).parent))
            .replace(HOME, str(ROOT))
        )
        (tmp_path / other.name).write_text(text, encoding="utf-8")
    name = unit.name.replace("@.", "@clock.")
    if name != unit.name:
        (tmp_path / name).symlink_to(tmp_path / unit.name)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in (checked.stdout + checked.stderr).splitlines() if "kampanj" in line]
    assert about_ours == []
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("site", ["site.conf", "compose.conf"])
def test_nginx_finds_nothing_wrong(site: str, tmp_path: Path) -> None:
    proxy = laid(tmp_path / "nginx", tmp_path, site=site)
    checked = subprocess.run(proxy.command("-t"), capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
