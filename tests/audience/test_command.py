"""`import_roster` as scripts and operators meet it: lines for people, one line of JSON, one sentence when it refuses."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from kampanj.audience.models import Guardian
from tests.audience.rosters import HEADINGS, R, people, roster, run, table

pytestmark = [pytest.mark.django_db, pytest.mark.bare]


@pytest.fixture
def path(tmp_path, schools):
    return tmp_path / "grundskolan.csv"


def test_the_last_line_is_json_and_the_faults_and_what_to_do_stand_before_it(path):
    path.write_bytes(roster(R(), R("E2", "G2", "fel", grade="x"), R("E3", "G3", language="?")))
    lines, figures = run(path)
    assert figures == {"new": 1, "changed": 0, "gone": 0, "unchanged": 0, "errors": 2}
    assert [line.startswith(("Rad 3", "Row 3", "Rad 4", "Row 4")) for line in lines] == [True] * 3 + [False] * 3


def test_the_source_is_the_files_stem_unless_named(path):
    path.write_bytes(roster(R()))
    run(path)
    run(path, "--source", "annan källa")
    assert set(Guardian.objects.values_list("source", flat=True)) == {"grundskolan", "annan källa"}


def test_a_dry_run_changes_nothing(path):
    path.write_bytes(roster(R()))
    assert run(path, "--dry-run")[1]["new"] == 1
    assert not Guardian.objects.exists()


@pytest.mark.parametrize("windows", [True, False])
def test_other_spreadsheets_files(path, windows):
    rows = [HEADINGS, R(school="Södra skolan", grade="Åk 7").cells]
    path.write_bytes(table(rows, delimiter="," if windows else "\t", encoding="cp1252" if windows else "utf-16"))
    assert run(path)[1]["new"] == 1
    assert people("grundskolan")["G1"][2] == frozenset({("Södra skolan", "7")})


@pytest.mark.parametrize(
    "contents",
    [b"", b"\0\1\2", table([HEADINGS]), table([HEADINGS[1:], R().cells[1:]])],
    ids=["empty", "not text", "no rows", "no school column"],
)
def test_a_file_that_cannot_be_used_is_one_sentence(path, contents):
    path.write_bytes(roster(R()))
    run(path)
    path.write_bytes(contents)
    with pytest.raises(CommandError) as refusal:
        call_command("import_roster", str(path))
    assert refusal.value.returncode == 1
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert Guardian.objects.count() == 1


def test_a_missing_file_and_a_folder_are_named(path):
    for wrong in (path, path.parent):
        with pytest.raises(CommandError, match=str(wrong)):
            call_command("import_roster", str(wrong))


def test_of_two_imports_at_once_one_runs_and_one_is_told_so(installation, tmp_path):
    schools = "from kampanj.audience.models import School; School.objects.create(code='S1', name='Samtidiga skolan')"
    installation.manage("shell", "-c", schools)
    paths = []
    for name in ("a", "b"):
        rows = [R(f"E{number}", f"G{number}", f"{name}{number}@example.org", school="S1") for number in range(500)]
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_bytes(roster(*rows, R(f"E{name}", f"G{name}", school="S1")))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda path: installation.manage("import_roster", path, "--source", "samma", check=False), paths))
    succeeded = [process for process in done if process.returncode == 0]
    assert succeeded, done
    for process in done:
        assert process.returncode == 0 or "En annan inläsning pågår" in process.stderr, process.stderr
    ask = "from kampanj.audience.models import Guardian as G; print(*{g.email[0] for g in G.objects.filter(source='samma')})"
    first_letters = sorted(installation.manage("shell", "-v", "0", "-c", ask).stdout.split())
    assert first_letters in (["a", "g"], ["b", "g"])
    assert sum(json.loads(process.stdout.splitlines()[-1])["new"] for process in succeeded) == 500 + len(succeeded)


def test_the_brake_stops_and_the_option_answers_it(path):
    path.write_bytes(roster(R(), R("E2", "G2"), R("E3", "G3")))
    run(path)
    path.write_bytes(roster(R()))
    with pytest.raises(CommandError, match=r"67 %.*--allow-vanishing") as stopped:
        call_command("import_roster", str(path))
    assert "2" in str(stopped.value)
    lines, figures = run(path, "--dry-run")
    assert "--allow-vanishing" in lines[-1]
    assert figures["gone"] == 2
    assert Guardian.objects.count() == 3
    assert run(path, "--allow-vanishing") == ([], figures)
    assert Guardian.objects.count() == 1


def test_protections_are_lifted_by_the_option_only(path):
    path.write_bytes(roster(R(marking="Ja"), R("E2", "G2")))
    run(path)
    path.write_bytes(roster(R(), R("E2", "G2")))
    assert run(path) == ([], {"new": 0, "changed": 0, "gone": 0, "unchanged": 1, "errors": 0})
    assert run(path, "--lift-protections")[1]["new"] == 1


def test_exit_code_and_stream_of_a_refusal(installation):
    done = installation.manage("import_roster", "finns-inte.csv", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "finns-inte.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("import_roster", "skolor.csv"), ("seed_demo",)], ids=lambda command: command[0])
def test_a_database_that_is_not_migrated_is_one_sentence(installation, tmp_path, command):
    (tmp_path / "skolor.csv").write_bytes(roster(R()))
    empty = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    name, *files = command
    done = installation.manage(name, *(tmp_path / file for file in files), check=False, env={"DATABASE_URL": empty})
    assert done.returncode == 1
    assert "migrate" in done.stderr
    assert "Traceback" not in done.stderr
