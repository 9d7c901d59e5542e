"""Finding what is to be translated and for whom, and keeping the catalogs in line with it."""

from __future__ import annotations

from gettext import c2py
from io import StringIO
from pathlib import Path

import django
import polib
import pytest
from django.core.management import CommandError, call_command

from config import texts, translations
from config.texts import Message

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
    assert set(texts.in_python(source, name="x.py")) == {
        Message("One two"),
        Message("Lazy"),
        Message("%d fil", plural="%d filer"),
        Message("In context", context="c"),
    }


def test_template_tags_of_every_kind_are_found() -> None:
    assert list(texts.in_template(TEMPLATE, name="x.html")) == [
        Message("Plain (text)"),
        Message("With context", context="a button"),
        Message("One   letter", plural="%(number)s letters"),
        Message("Constant"),
        Message("Else"),
    ]


def test_a_text_is_for_readers_where_its_line_says_so() -> None:
    source = """_("Desk")
OTHER = "other", _("another")  # for readers
_(
    "two "
    "lines"
)  # for readers
_("not")  # for the desk, and for readers not at all"""
    marked = {message.msgid: message.marked for message in texts.in_python(source, name="x.py")}
    assert marked == {"Desk": False, "another": True, "two lines": True, "not": False}


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one file with two texts, and a Swedish catalog that knows one of them and an old one."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "texts.py").write_text('_("Hello %(name)s"); _("New")\n')
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    book = translations.catalog()
    book += [polib.POEntry(msgid="Hello %(name)s", msgstr="Hej %(name)s"), polib.POEntry(msgid="Old", msgstr="Gammal")]
    translations.save(book)
    return tmp_path


@pytest.fixture
def page(sources: Path) -> Path:
    """A template that readers meet, with a plural, beside one for the desk."""
    desk = sources / "templates" / "kampanj" / "desk"
    desk.mkdir(parents=True)
    (desk / "inner.html").write_text('{% load i18n %}{% translate "For editors" %}')
    file = sources / "templates" / "page.html"
    file.write_text(
        '{% load i18n %}{% translate "Welcome" %}'
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    return file


def fragment(folder: Path, text: str) -> Path:
    """A file of translations to merge."""
    file = folder / "fragment.po"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_check_names_what_is_missing_and_what_is_left_over(sources: Path) -> None:
    assert translations.faults() == ["sv: missing: 'New'", "sv: no longer used: 'Old'"]


def test_update_adds_removes_and_keeps(sources: Path) -> None:
    assert translations.update() == {"sv": (1, 1), "so": (0, 0), "ar": (0, 0), "uk": (0, 0)}
    assert translations.faults() == ["sv: not translated: 'New'"]
    assert {entry.msgid: entry.msgstr for entry in translations.catalog()} == {"Hello %(name)s": "Hej %(name)s", "New": ""}


def test_merging_takes_what_was_lacking_and_names_conflicts(sources: Path) -> None:
    file = fragment(sources, 'msgid "New"\nmsgstr "Ny"\n\nmsgid "Hello %(name)s"\nmsgstr "Tjena %(name)s"\n')
    conflicts = translations.merge(file)
    translations.update()
    assert len(conflicts) == 1
    assert translations.faults() == []
    assert {entry.msgstr for entry in translations.catalog()} == {"Hej %(name)s", "Ny"}


def test_a_lost_placeholder_is_a_fault(sources: Path) -> None:
    translations.merge(fragment(sources, 'msgid "New"\nmsgstr "Ny %(name)s"\n'))
    translations.update()
    assert [fault for fault in translations.faults() if "placeholders differ" in fault] != []


@pytest.mark.parametrize("language", ["ar", "so", "uk"])
def test_what_readers_meet_is_needed_in_their_languages_and_the_desk_is_not(page: Path, language: str) -> None:
    translations.update()
    own = {fault for fault in translations.faults() if fault.startswith(f"{language}: ")}
    assert own == {f"{language}: not translated: 'Welcome'", f"{language}: not translated: '%(n)s day'"}


def test_a_language_has_its_own_plural_forms(page: Path) -> None:
    translations.update()
    forms = {code: len(entry.msgstr_plural) for code in translations.LANGUAGES for entry in translations.catalog(code)[:1]}
    assert forms == {"sv": 2, "so": 2, "ar": 6, "uk": 4}


@pytest.mark.parametrize(
    ("language", "forms", "is_sound"),
    [
        ("ar", ["لا أيام", "يوم واحد", "يومان", "%(n)s أيام", "%(n)s يومًا", "%(n)s يوم"], True),
        ("ar", ["لا أيام", "يوم واحد", "يومان", "أيام", "%(n)s يومًا", "%(n)s يوم"], False),
        # One form is for 1, 21, 31 …: it must show which.
        ("uk", ["%(n)s день", "%(n)s дні", "%(n)s днів", "%(n)s дня"], True),
        ("uk", ["один день", "%(n)s дні", "%(n)s днів", "%(n)s дня"], False),
        ("uk", ["%(n)s день", "%(n)s дні"], False),
        ("so", ["hal maalin", "%(n)s maalmood"], True),
    ],
)
def test_every_plural_form_is_there_and_shows_its_number(page: Path, language: str, forms: list[str], is_sound: bool) -> None:
    plurals = "\n".join(f'msgstr[{number}] "{form}"' for number, form in enumerate(forms))
    file = fragment(page.parent, f'msgid "Welcome"\nmsgstr "–"\n\nmsgid "%(n)s day"\nmsgid_plural "%(n)s days"\n{plurals}\n')
    translations.merge(file, language)
    translations.update()
    assert ([fault for fault in translations.faults() if fault.startswith(language)] == []) is is_sound


def test_the_plural_rules_are_those_of_django() -> None:
    folder = Path(django.__file__).parent / "conf" / "locale"
    for language in ("sv", "ar", "uk"):
        theirs = polib.pofile(str(folder / language / "LC_MESSAGES" / "django.po")).metadata["Plural-Forms"]
        its, ours = (c2py(rule.partition("plural=")[2].rstrip(";")) for rule in (theirs, translations.PLURALS[language]))
        assert [number for number in range(1000) if its(number) != ours(number)] == []


def test_what_is_missing_is_printed_to_be_filled_in_and_merged(page: Path) -> None:
    translations.merge(fragment(page.parent, 'msgid "Welcome"\nmsgstr "Välkommen"\n'))
    out = StringIO()
    call_command("catalog", missing="uk", stdout=out)
    assert "#. Välkommen" in out.getvalue()
    assert "For editors" not in out.getvalue()
    filled = fragment(page.parent, out.getvalue().replace('msgid "Welcome"\nmsgstr ""', 'msgid "Welcome"\nmsgstr "Вітаємо"'))
    call_command("catalog", update=True, merge=[filled], language="uk", stdout=out)
    assert "uk: 0 added, 0 removed, 1 to translate." in out.getvalue()


def test_a_glossary_at_the_top_is_kept(sources: Path) -> None:
    book = translations.catalog("ar")
    book.header = "Glossary:\nletter = رسالة"
    translations.save(book, "ar")
    translations.update()
    assert translations.catalog("ar").header == "Glossary:\nletter = رسالة"


def test_words_lent_by_django_are_needed_where_django_lacks_them(sources: Path) -> None:
    lent = sources / "kampanj" / "municipality" / "django_words.py"
    lent.parent.mkdir(parents=True)
    lent.write_text('gettext_noop("This field is required.")')
    assert [fault for fault in translations.faults() if "required" in fault] == ["so: missing: 'This field is required.'"]


def test_the_command_fails_with_what_to_do(sources: Path) -> None:
    with pytest.raises(CommandError, match="make catalog"):
        call_command("catalog", check=True)


def test_compiling_happens_when_a_catalog_is_newer(page: Path) -> None:
    translations.update()
    assert translations.compile_old() is True
    assert translations.compile_old() is False
    translations.merge(fragment(page.parent, 'msgid "Welcome"\nmsgstr "Вітаємо"\n'), "uk")
    assert translations.compile_old() is True
    compiled = {code: polib.mofile(str(translations.path_of(code).with_suffix(".mo"))) for code in translations.LANGUAGES}
    assert [entry.msgstr for entry in compiled["uk"]] == ["Вітаємо"]
    assert [entry.msgid for entry in compiled["sv"]] == ["Hello %(name)s"]


def test_the_rule_names_files_that_exist() -> None:
    named = {*texts.READERS_MODULES, *texts.DESK_TEMPLATES, *texts.LENT}
    assert {name for name in named if not (texts.ROOT / name).is_file()} == set()
