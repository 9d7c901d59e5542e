"""The forms of the import wizard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.audience.importing.columns import OPTIONAL, Column
from kampanj.audience.importing.formats.encodings import Encoding
from kampanj.audience.importing.formats.opening import MAX_MEGABYTES
from kampanj.audience.importing.models import RosterSource
from kampanj.audience.importing.rows import clean
from kampanj.municipality.uploads.forms import extension_of, refuse_larger_than

EXTENSIONS = ("csv", "txt", "tsv", "xlsx", "zip")
MAX_FILE_NAME = 255
# A list of headings is shown once for each of our columns; no school system exports this many.
MAX_HEADINGS = 200
ENCODINGS = [("", gettext_lazy("Find out from the file")), *Encoding.choices]
HELP = {
    Column.SCHOOL: gettext_lazy("The school's name or school unit code. Example: Norra skolan"),
    Column.GRADE: gettext_lazy("F, 1–9 or gy1–gy3. Example: 7"),
    Column.PUPIL: gettext_lazy("The pupil's id in the school system. Only a keyed hash of it is kept. Example: E10432"),
    Column.PROTECTION: gettext_lazy(
        "Says whether the pupil has protected identity. Only the word “Ingen” means no; everything else, also an empty cell, "
        "counts as protected. Example: Ingen"
    ),
    Column.GUARDIAN: gettext_lazy(
        "The guardian's id in the school system. Without it, guardians are told apart by personal identity number or address. "
        "Example: V20871"
    ),
    Column.EMAIL: gettext_lazy("The guardian's e-mail address. Example: anna@example.org"),
    Column.LANGUAGE: gettext_lazy("The language that the guardian reads, by name or code. Example: Arabic, or ar"),
    Column.PERSONAL_NUMBER: gettext_lazy(
        "The guardian's personal identity number. It finds the same person in several sources and is never kept."
    ),
    Column.GUARDIAN_PROTECTION: gettext_lazy("Says whether the guardian has protected identity, as for the pupil."),
}


class UploadForm(forms.Form):
    """A file, and the source whose whole truth it is: one of those that there are, or a new one."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=RosterSource.objects.filter(kind=RosterSource.Kind.FILE),
        required=False,
        empty_label=gettext_lazy("A new source"),
        help_text=gettext_lazy("The file replaces everything that this source has brought before."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the new source"),
        required=False,
        max_length=RosterSource._meta.get_field("name").max_length,
        help_text=gettext_lazy("For example the school system's name. Leave it empty if you have chosen a source above."),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{extension}" for extension in EXTENSIONS)}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Export the roster again."),
            "missing": gettext_lazy("Choose a file."),
            "invalid": gettext_lazy("Choose a file."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_for_a_source = _("Write a name, or choose a source in the list.")
        if not RosterSource.objects.filter(kind=RosterSource.Kind.FILE).exists():
            del self.fields["source"]
            self.asks_for_a_source = _("Write a name for the source.")
            self.fields["name"].help_text = _("For example the school system's name.")
        self.fields["file"].help_text = _(
            "CSV, Excel (.xlsx) or OneRoster 1.2 (.zip), at most %(count)s MB. "
            "It is kept encrypted for %(days)s days and is then deleted."
        ) % {"count": MAX_MEGABYTES, "days": settings.ROSTER_DAYS}

    def clean_name(self) -> str:
        """The name as it is compared and stored; not one that a source has already."""
        name = clean(self.cleaned_data["name"])
        if not name.isprintable() or "@" in name:
            raise ValidationError(_("Write the name with letters, digits and spaces only."))
        taken = RosterSource.objects.filter(name__iexact=name).first() if name else None
        if taken and taken.kind == RosterSource.Kind.SS12000:
            raise ValidationError(_("That source is fetched from the school system. Choose another name."))
        if taken:
            raise ValidationError(_("There is a source with that name. Choose it in the list above and leave this empty."))
        return name

    def clean_file(self) -> UploadedFile:
        """The file, if its size and the kind that its name tells are ones that we read."""
        file: UploadedFile = self.cleaned_data["file"]
        refuse_larger_than(MAX_MEGABYTES * 1_000_000, file)
        if extension_of(file) not in EXTENSIONS:
            raise ValidationError(_("Choose a CSV file, an Excel file (.xlsx) or a OneRoster file (.zip)."))
        return file

    def clean(self) -> dict[str, Any]:
        """One source, not two and not none."""
        cleaned = super().clean() or {}
        if "name" in self.errors:
            return cleaned
        if cleaned.get("source") and cleaned.get("name"):
            self.add_error("name", _("Choose a source in the list or write a new name, not both."))
        elif not cleaned.get("source") and not cleaned.get("name") and "source" not in self.errors:
            self.add_error("name", self.asks_for_a_source)
        if self.errors and "file" not in self.errors:
            self.add_error("file", _("Choose the file once more: it was not kept, because something else has to be mended."))
        return cleaned

    @property
    def source_name(self) -> str:
        """The chosen source's name, or the new one's."""
        source = self.cleaned_data.get("source")
        return source.name if source else self.cleaned_data["name"]


class EncodingForm(forms.Form):
    """How the file's letters are written, when the file does not tell."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        choices=ENCODINGS,
        required=False,
        help_text=gettext_lazy("If å, ä and ö look wrong: choose another one and read the file again."),
    )


class ColumnsForm(EncodingForm):
    """Which of the file's columns is which of ours. A choice is a column's place in the file, from 0."""

    def __init__(self, *args: Any, headings: Sequence[str], suggested: Mapping[str, str], is_text: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = list(headings[:MAX_HEADINGS])
        if not is_text:
            del self.fields["encoding"]
        choices = [(str(place), heading) for place, heading in enumerate(self.headings) if heading.strip()]
        for column in Column:
            found = suggested.get(column.value)
            self.fields[column.name.lower()] = forms.ChoiceField(
                label=column.value.capitalize(),
                choices=[("", _("Not in the file") if column in OPTIONAL else _("Choose a column")), *choices],
                required=column not in OPTIONAL,
                initial=str(self.headings.index(found)) if found in self.headings else "",
                help_text=HELP[column],
                error_messages={
                    "required": _("Choose the column that holds this. If the file has none: add it and upload the file again."),
                    "invalid_choice": _("The file has no such column. Choose again."),
                },
            )
        if not is_text:
            return
        self.order_fields([*(column.name.lower() for column in Column), "encoding"])

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The selects, in our columns' order."""
        return [self[column.name.lower()] for column in Column]

    def clean(self) -> dict[str, Any]:
        """No column of the file is two of ours, and no two columns of the file share the chosen heading."""
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for column in Column:
            name = column.name.lower()
            place = cleaned.get(name)
            if not place:
                continue
            heading = self.headings[int(place)]
            if place in taken:
                self.add_error(
                    name, _("You have chosen this column for “%(column)s” already. Choose another.") % {"column": taken[place]}
                )
            elif self.headings.count(heading) > 1:
                self.add_error(
                    name,
                    _("Two columns in the file are called “%(heading)s”. Rename one of them and upload the file again.")
                    % {"heading": heading},
                )
            taken.setdefault(place, column.value)
        return cleaned

    @property
    def mapping(self) -> dict[str, str]:
        """Our columns' values and the file's headings; an empty heading for what is not to be read."""
        chosen = ((column, self.cleaned_data.get(column.name.lower())) for column in Column)
        return {column.value: self.headings[int(place)] if place else "" for column, place in chosen}
