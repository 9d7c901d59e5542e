"""The commands of the systemd units, as this machine can run them: what the tests start is what the operator installs."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

from tests.installation import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
HOME = "/opt/kampanj"


def sections(unit: Path) -> configparser.RawConfigParser:
    """A unit's sections; of a name that is written twice the last value."""
    read = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[assignment, method-assign]  # Names keep their capitals.
    read.read_string(re.sub(r"\\\n\s*", " ", unit.read_text(encoding="utf-8")))
    return read


def values(unit: Path, name: str) -> list[str]:
    """All values of a name that may be written several times."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)


def command(name: str, *, instance: str = "", **variables: str) -> list[str]:
    """ExecStart of `kampanj-NAME.service` without the program's folder, with the instance and the variables filled in."""
    unit = DEPLOY / "systemd" / f"kampanj-{name}{'@' if instance else ''}.service"
    own = dict(word.split("=", 1) for line in values(unit, "Environment") for word in line.split())
    line = sections(unit)["Service"]["ExecStart"]
    line = re.sub(r"\$\{(\w+)\}", lambda found: (own | variables)[found.group(1)], line)
    line = line.replace("%%", "\0").replace("%i", instance).replace("\0", "%")
    program, *arguments = shlex.split(line)
    return [Path(program).name, *arguments]
