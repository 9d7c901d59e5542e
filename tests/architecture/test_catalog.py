"""Finding what is to be translated, and keeping the catalog in line with it."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from config import translations
from config.translations import Message

TEMPLATE = """{% load i18n %}{# a comment with _("nothing") in words #}
<h1 title="gettext('not this')">{% translate "Plain (text)" %}</h1>{% translate "With context" context "a button" as label %}
{% blocktranslate trimmed count number=letters|length %}
  One   letter
{% plural %}
  {{ number }} letters
{% endblocktranslate %}{{ _("Constant") }}{{ value|default:_("Else") }}"""


def test_python_calls_of_every_kind_are_found() -> None:
    source = """a = _("One" " two"); gettext_lazy("Lazy"); ngettext("%d fil", "%d filer", n)
pgettext("c", "In context"); other("no"); _(variable)"""
    assert set(translations.in_python(source, name="x.py")) == {
        Message("One two"),
        Message("Lazy"),
        Message("%d fil", plural="%d filer"),
        Message("In context", context="c"),
    }


def test_template_tags_of_every_kind_are_found() -> None:
    assert list(translations.in_template(TEMPLATE, name="x.html")) == [
        Message("Plain (text)"),
        Message("With context", context="a button"),
        Message("One   letter", plural="%(number)s letters"),
        Message("Constant"),
        Message("Else"),
    ]


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one file with two texts, and a catalog that knows one of them and an old one."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "texts.py").write_text('_("Hello %(name)s"); _("New")\n')
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "CATALOG", tmp_path / "locale" / "sv" / "LC_MESSAGES" / "django.po")
    book = translations.catalog()
    book += [polib.POEntry(msgid="Hello %(name)s", msgstr="Hej %(name)s"), polib.POEntry(msgid="Old", msgstr="Gammal")]
    translations.save(book)
    return tmp_path


def test_the_check_names_what_is_missing_and_what_is_left_over(sources: Path) -> None:
    assert translations.faults() == ["missing: 'New'", "no longer used: 'Old'"]


def test_update_adds_removes_and_keeps(sources: Path) -> None:
    assert translations.update() == (1, 1)
    assert translations.faults() == ["not translated: 'New'"]
    assert {entry.msgid: entry.msgstr for entry in translations.catalog()} == {"Hello %(name)s": "Hej %(name)s", "New": ""}


def test_merging_takes_what_was_lacking_and_names_conflicts(sources: Path) -> None:
    fragment = sources / "fragment.po"
    fragment.write_text('msgid "New"\nmsgstr "Ny"\n\nmsgid "Hello %(name)s"\nmsgstr "Tjena %(name)s"\n', encoding="utf-8")
    conflicts = translations.merge(fragment)
    translations.update()
    assert len(conflicts) == 1
    assert translations.faults() == []
    assert {entry.msgstr for entry in translations.catalog()} == {"Hej %(name)s", "Ny"}


def test_a_lost_placeholder_is_a_fault(sources: Path) -> None:
    fragment = sources / "fragment.po"
    fragment.write_text('msgid "New"\nmsgstr "Ny %(name)s"\n', encoding="utf-8")
    translations.merge(fragment)
    translations.update()
    assert [fault for fault in translations.faults() if "placeholders differ" in fault] != []


def test_compiling_happens_when_the_catalog_is_newer(sources: Path) -> None:
    assert translations.compile_old() is True
    assert translations.compile_old() is False
    assert {entry.msgid for entry in polib.mofile(str(translations.CATALOG.with_suffix(".mo")))} == {"Hello %(name)s", "Old"}
