"""The forms behind every upload of pictures and documents: single, several at once, and in the choosers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from kampanj.municipality.models import WithRights
from kampanj.municipality.uploads.pictures import DAMAGED, LONGEST_SIDE, NotAPicture, TooManyPixels, reencoded
from kampanj.municipality.uploads.sniffing import head_of, is_markup, is_what_it_is_called

PICTURE_FAULTS = {
    "invalid_image": gettext_lazy("The file is no picture that we can read. Save it as JPEG or PNG and upload it again."),
    "invalid_image_known_format": gettext_lazy(
        "The file is called .%(extension)s but holds %(image_format)s. Save it anew as JPEG or PNG and upload it again."
    ),
    "file_too_large": gettext_lazy(
        "The picture is %(file_size)s and may be %(max_filesize)s. Make it smaller and upload it again."
    ),
}


def new_file_of(form: Any, name: str = "file") -> UploadedFile | None:
    """The file that has been chosen in the form now; None when the one that was there before is kept."""
    file = form.cleaned_data.get(name)
    return file if isinstance(file, UploadedFile) else None


def extension_of(file: UploadedFile) -> str:
    """The extension of the file's name, lower case, without the dot."""
    return Path(file.name or "").suffix.lower().removeprefix(".")


def refuse_larger_than(limit: int, file: UploadedFile) -> None:
    """Raise ValidationError when the file is larger than `limit` bytes."""
    size = file.size or 0
    if size > limit:
        raise ValidationError(
            _("The file is %(size)s and may be %(limit)s. Make it smaller and upload it again.")
            % {"size": filesizeformat(size), "limit": filesizeformat(limit)},
            code="file_too_large",
        )


def refuse_markup(file: UploadedFile, *, instead: str) -> None:
    """Raise ValidationError when the file is SVG, HTML or a script; `instead` is a sentence that says what to do."""
    if is_markup(head_of(file)):
        refusal = _("The file holds SVG, HTML or a script, which we do not take in.")
        raise ValidationError(f"{refusal} {instead}", code="markup")


class KeepsNoDoubtfulFile:
    """A form with a fault anywhere takes no file: a browser forgets the chosen file, and Wagtail would keep it as it came in."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        others = set(self.errors) - {"file"}  # type: ignore[attr-defined]
        if others and new_file_of(self):
            self.add_error("file", _("Choose the file once more: it was not kept, because something else has to be mended."))  # type: ignore[attr-defined]
        return cleaned


class PictureField(WagtailImageField):
    """Wagtail's field reads and parses what it is given; a file that is too large, or markup, does not come so far."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_messages |= {
            **PICTURE_FAULTS,
            "invalid_image_extension": _("Choose a picture in one of these formats: %(kinds)s.")
            % {"kinds": self.supported_formats_text},
            "file_too_many_pixels": too_many_pixels(),
        }

    def to_python(self, data: Any) -> Any:
        if isinstance(data, UploadedFile):
            refuse_larger_than(self.max_upload_size, data)
            refuse_markup(data, instead=_("Save the picture as JPEG, PNG or WebP and upload that."))
        try:
            return super().to_python(data)
        except DAMAGED as fault:  # Wagtail asks the picture for its size, which a damaged one answers in many ways.
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from fault


class PictureForm(KeepsNoDoubtfulFile, BaseImageForm):
    """Takes pictures only, and keeps nothing of a file but its picture (see `pictures`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):
            self.fields["file"] = PictureField(label=file.label, widget=file.widget, required=file.required)
        if consent := self.fields.get("consent"):
            consent.required = False

    def clean_consent(self) -> str:
        """What was chosen. Several pictures at once come before anybody is asked: until then, none may be published."""
        return self.cleaned_data.get("consent") or WithRights.Consent.MISSING

    def clean_file(self) -> Any:
        """The picture drawn anew, under the same name."""
        file = new_file_of(self)
        if file is None or file.file is None:
            return self.cleaned_data.get("file")
        try:
            content = reencoded(file.file)
        except NotAPicture as fault:
            raise ValidationError(PICTURE_FAULTS["invalid_image"], code="invalid_image") from fault
        except TooManyPixels as fault:
            raise ValidationError(too_many_pixels(), code="too_many_pixels") from fault
        return SimpleUploadedFile(file.name or "", content, content_type=file.content_type or "")


def too_many_pixels() -> str:
    """The sentence about pictures that are larger than anybody needs."""
    return _(
        "The picture has too many pixels. It may have %(millions)s million in all and %(side)s along a side. "
        "Make it smaller and upload it again."
    ) % {
        "millions": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000,
        "side": formats.number_format(LONGEST_SIDE, force_grouping=True),
    }


class DocumentForm(KeepsNoDoubtfulFile, BaseDocumentForm):
    """Takes documents whose extension is allowed and whose content is what the extension says."""

    def clean_file(self) -> Any:
        """The file as it is; a form that keeps the file that was there before is not asked again."""
        file = new_file_of(self)
        if file is None:
            return self.cleaned_data.get("file")
        extension = extension_of(file)
        if extension not in settings.WAGTAILDOCS_EXTENSIONS:
            kinds = ", ".join(f".{kind}" for kind in settings.WAGTAILDOCS_EXTENSIONS)
            raise ValidationError(
                _("Choose a file of one of these kinds: %(kinds)s.") % {"kinds": kinds}, code="invalid_extension"
            )
        refuse_markup(file, instead=_("Save what it says as PDF and upload that."))
        if not is_what_it_is_called(head_of(file), extension):
            raise ValidationError(
                _("The file is called .%(extension)s but holds something else. Save it anew and upload it again.")
                % {"extension": extension},
                code="wrong_content",
            )
        return file
