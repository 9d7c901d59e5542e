"""The statistics block: a pasted table, with a chart drawn from it in every channel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.fields import StreamField

from kampanj.content.faces import FacedBlock
from kampanj.content.statistics.presentation import ChartKind, Presentation, chart_data, wanted_chart
from kampanj.content.statistics.reading import Kind, Refused, Shown, Sums, read
from kampanj.content.statistics.table import write
from kampanj.municipality.models import SiteSettings

PREVIEW_TABLE = "År\tFlickor\tPojkar\n2017\t36\t33\n2020\t48\t44\n2023\t45\t41\n"
PREVIEW_ANSWERS = "År\tFlickor\tPojkar\n2017\t180\t175\n2020\t190\t182\n2023\t201\t197\n"


class PastedTableBlock(blocks.TextBlock):
    """A text whose tabs and empty first cell are kept as they were pasted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=10, search_index=False, **kwargs)

    @cached_property
    def field(self) -> forms.CharField:
        """The form's field: it keeps white space, because a table begins with a tab when its corner is empty."""
        made: forms.CharField = blocks.TextBlock.field.__get__(self, type(self))
        made.strip = False
        made.widget.attrs.update({"wrap": "off", "spellcheck": "false"})
        return made


class StatisticsBlock(FacedBlock):
    """Numbers with their source. Small numbers of persons are never saved, and hidden again when drawn."""

    folder = "statistics"
    heading = blocks.CharBlock(
        label=gettext_lazy("Heading"), max_length=120, help_text=gettext_lazy("What the numbers are about, place and group.")
    )
    unit = blocks.CharBlock(
        label=gettext_lazy("Unit"),
        max_length=80,
        help_text=gettext_lazy("For example “percent of the pupils in year 9” or “mg per day and 1,000 inhabitants”."),
    )
    kind = blocks.ChoiceBlock(
        label=gettext_lazy("What the numbers count"),
        choices=Kind.choices,
        help_text=gettext_lazy("Numbers of persons below 5 are hidden, and with them what they could be worked out from."),
    )
    table = PastedTableBlock(
        label=gettext_lazy("Paste from the spreadsheet"),
        help_text=gettext_lazy(
            "Select the cells in the spreadsheet, headings and labels too, copy and paste here. Years or months first in each "
            "row (or as headings) become lines over time. Leave a cell empty where nothing was measured; write .. where the "
            "source hides the number."
        ),
    )
    sums = blocks.ChoiceBlock(label=gettext_lazy("Where the totals stand"), choices=Sums.choices, default=Sums.BY_NAME)
    answers = PastedTableBlock(
        label=gettext_lazy("How many have answered"),
        required=False,
        help_text=gettext_lazy("Only for shares: the same table with numbers of answers. It is not shown."),
    )
    chart = blocks.ChoiceBlock(label=gettext_lazy("Chart"), choices=ChartKind.choices, default=ChartKind.AUTO)
    mark = blocks.CharBlock(
        label=gettext_lazy("Mark"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A word on the chart, the table and the file, for example “Preliminary”."),
    )
    source = blocks.CharBlock(label=gettext_lazy("Source"), max_length=200)
    source_year = blocks.CharBlock(label=gettext_lazy("Year of the source"), max_length=40)
    source_url = blocks.URLBlock(label=gettext_lazy("Link to the source"), required=False)
    method = blocks.TextBlock(
        label=gettext_lazy("How it was measured"), max_length=600, rows=3, required=False, search_index=False
    )
    comparison = blocks.TextBlock(
        label=gettext_lazy("What can be compared"),
        max_length=400,
        rows=2,
        required=False,
        help_text=gettext_lazy("Help the reader: what the numbers say, and what they do not say."),
    )

    class Meta:
        icon = "table"
        label = gettext_lazy("Statistics")
        label_format = "{heading}"
        description = gettext_lazy("A table pasted from a spreadsheet, with a chart, its source and a file to download.")
        preview_value = {
            "heading": "Så många vet hur man får tag på narkotika",
            "unit": "procent av eleverna i årskurs 9",
            "kind": Kind.SHARE,
            "table": PREVIEW_TABLE,
            "sums": Sums.BY_NAME,
            "answers": PREVIEW_ANSWERS,
            "chart": ChartKind.AUTO,
            "mark": "Exempel",
            "source": "Påhittad enkät (exempel)",
            "source_year": "2023",
            "source_url": "",
            "method": "",
            "comparison": "",
        }

    def clean(self, value: Any) -> Any:
        """The value with its tables written anew, small numbers hidden in them: so they are never saved."""
        cleaned = super().clean(value)
        if not (cleaned["table"] or "").strip():
            # Wagtail asks for what is required when the page is published, not when a draft is saved.
            cleaned["answers"] = _answers_alone(cleaned)
            return cleaned
        found = read(cleaned)
        if isinstance(found, Refused):
            raise _refusal(found.faults)
        if (fault := _chart_fault(found, kind=Kind(cleaned["kind"]), wanted=wanted_chart(cleaned))) is not None:
            raise _refusal({"chart": (fault,)})
        cleaned["table"] = write(found.table)
        # Answers behind anything but shares are not asked for, and might be small.
        cleaned["answers"] = write(found.answers) if found.answers else ""
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `shown` (Presentation), and `block_id`, under which the page knows this block ("" outside a saved page)."""
        context = super().get_context(value, parent_context=parent_context)
        municipality = context.get("municipality")
        if not isinstance(municipality, SiteSettings):
            request = context.get("request")
            municipality = SiteSettings.for_request(request) if request else SiteSettings()
        context["shown"] = Presentation(value, municipality)
        page = context.get("page")
        found = statistics_of(page) if isinstance(page, Model) and page.pk else ()
        context["block_id"] = next((key for key, one in found if one is value), "")
        return context


def statistics_of(page: Model) -> Iterator[tuple[str, Any]]:
    """(id, value) of every statistics block on the page, those inside other blocks too."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _in_stream(getattr(page, field.name))


def _in_stream(stream: Any) -> Iterator[tuple[str, Any]]:
    for child in stream:
        if isinstance(child.block, StatisticsBlock):
            yield child.id or "", child.value
        elif isinstance(child.value, blocks.StructValue):
            for part in child.value.values():
                if isinstance(part, blocks.StreamValue):
                    yield from _in_stream(part)


def _answers_alone(value: Any) -> str:
    """A draft's numbers of answers before there is a table, hidden in like every number of persons."""
    written = value["answers"] or ""
    if not written.strip() or value["kind"] in (Kind.PERSONS, Kind.MEASURE):
        return ""
    found = read({**value, "kind": Kind.PERSONS, "table": written})
    if isinstance(found, Refused):
        raise _refusal({"answers": found.faults["table"]})
    return write(found.table)


def _chart_fault(shown: Shown, *, kind: Kind, wanted: ChartKind) -> str | None:
    """Why the chart that was asked for by name cannot be drawn."""
    if wanted in (ChartKind.AUTO, ChartKind.NONE) or chart_data(shown, kind=kind, wanted=wanted) is not None:
        return None
    if shown.table.hidden == len(shown.table.rows) * len(shown.table.columns):
        return None
    if wanted == ChartKind.LINES:
        return _(
            "Lines need at most six series and dates as labels: years, or months like “mars 2021” or 2021-03. "
            "Choose bars, or only the table."
        )
    return _("So many bars cannot be read: at most six in a group and 48 in all. Take rows out, or choose only the table.")


def _refusal(faults: dict[str, tuple[str, ...]]) -> StructBlockValidationError:
    return StructBlockValidationError({name: ValidationError(list(sentences)) for name, sentences in faults.items()})
