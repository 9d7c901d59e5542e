"""The blocks that panels, lessons and youth pages are written with.

How a block gets its faces is told in `kampanj.content.faces`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from kampanj.content.calendar.blocks import EventBlock
from kampanj.content.faces import FacedBlock
from kampanj.content.folder_formats import USUAL_PANEL_FORMATS, FolderFormat
from kampanj.content.statistics.blocks import StatisticsBlock

RICH_TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class HeadingBlock(FacedBlock):
    """A heading inside a panel; the panel's title is a level above it."""

    folder = "heading"
    text = blocks.CharBlock(label=_("Heading"), max_length=120)

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("A heading inside the panel.")
        preview_value = {"text": "Vad är det du ser?"}


class RichTextBlock(FacedBlock):
    """Running text with links and lists."""

    folder = "rich_text"
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Running text with bold, links and lists.")
        preview_value = {"text": "<p>Börja med det du har sett. <b>Fråga</b> innan du berättar vad du tror.</p>"}


class FactBlock(FacedBlock):
    """A figure that carries its source."""

    folder = "fact"
    figure = blocks.CharBlock(label=_("Figure"), max_length=40, help_text=_("For example “almost half” or “59 of 73”."))
    statement = blocks.TextBlock(label=_("What the figure says"), max_length=400, rows=2)
    source = blocks.CharBlock(label=_("Source and year"), max_length=200)
    source_url = blocks.URLBlock(label=_("Link to the source"), required=False)

    class Meta:
        icon = "order"
        label = _("Fact with figure")
        description = _("A figure, what it says and where it comes from.")
        preview_value = {
            "figure": "59 av 73",
            "statement": "skolor svarade på enkäten.",
            "source": "Liv och Hälsa Ung 2020",
            "source_url": "",
        }


class QuoteBlock(FacedBlock):
    """Somebody's words."""

    folder = "quote"
    text = blocks.TextBlock(label=_("Quote"), max_length=500, rows=3)
    attribution = blocks.CharBlock(label=_("Who says it"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        description = _("Somebody's words, with who said them.")
        preview_value = {"text": "Jag ville bara att någon skulle fråga.", "attribution": "Elev i årskurs 9 (exempel)"}


class PictureBlock(FacedBlock):
    """A picture with an alternative text for this very place."""

    folder = "image"
    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture; say in words what it shows here, or mark it as decoration.")

    def get_preview_value(self) -> Any:
        """The newest picture of the library, so that the preview shows a real one."""
        image = get_image_model().objects.order_by("-created_at").first()
        if image is None:
            return self.get_default()
        return self.to_python(
            {"image": {"image": image.pk, "alt_text": image.title, "decorative": False}, "caption": image.title}
        )


class HelpLinesBlock(FacedBlock):
    """Where to turn: help lines chosen from the register, so that a number is changed in one place."""

    folder = "help_lines"
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    lines = blocks.ListBlock(SnippetChooserBlock("kampanj.HelpLine", label=_("Help line")), label=_("Help lines"), min_num=1)

    class Meta:
        icon = "mobile-alt"
        label = _("Help lines")
        description = _("Numbers and chats, taken from the register of help lines.")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `lines` (ShownLine): as the Edition froze them, else as the register has them now, open or not."""
        from kampanj.content.help_lines.shown import shown

        context = super().get_context(value, parent_context=parent_context)
        edition = context.get("edition")
        chosen = [line for line in value["lines"] if line is not None]
        language = context.get("language") or get_language() or settings.LANGUAGE_CODE
        context["lines"] = (
            edition.help_lines(chosen) if edition else shown(chosen, language=language, request=context.get("request"))
        )
        return context

    def get_preview_value(self) -> Any:
        """The first lines of the register."""
        from kampanj.content.help_lines.models import HelpLine

        return self.to_python({"heading": "", "lines": list(HelpLine.objects.values_list("pk", flat=True)[:3])})


class AccordionItemBlock(blocks.StructBlock):
    """One row of an accordion."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES)


class AccordionBlock(FacedBlock):
    """Rows that open; in letters and packages they stand open."""

    folder = "accordion"
    items = blocks.ListBlock(AccordionItemBlock(), label=_("Rows"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        description = _("Rows that the reader opens. In letters and packages they are shown open.")
        preview_value = {
            "items": [
                {"title": "Måste jag säga vem jag är?", "text": "<p>Nej. Du kan ringa och fråga utan att säga ditt namn.</p>"}
            ]
        }


class CallToActionBlock(FacedBlock):
    """One button."""

    folder = "call_to_action"
    label = blocks.CharBlock(label=_("Text on the button"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("Or address"), required=False)

    class Meta:
        icon = "link"
        label = _("Call to action")
        description = _("A button to a page of ours or an address elsewhere.")
        preview_value = {"label": "Gör en orosanmälan", "page": None, "url": "https://www.example.org/"}

    def clean(self, value: Any) -> Any:
        """Exactly one of page and address."""
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            raise StructBlockValidationError(
                {"url": ValidationError(_("Choose a page or write an address: one of them, not both."))}
            )
        return cleaned


class DiscussionQuestionBlock(FacedBlock):
    """A question for the class to talk about."""

    folder = "discussion_question"
    question = blocks.TextBlock(label=_("Question"), max_length=400, rows=2)
    guidance = blocks.TextBlock(label=_("For the teacher"), max_length=600, rows=3, required=False, search_index=False)

    class Meta:
        icon = "group"
        label = _("Question for discussion")
        description = _("A question to talk about, with a hint that only the teacher sees.")
        preview_value = {"question": "Vad gör en bra vän när något känns fel?", "guidance": "Låt alla tänka själva först."}


class AlternativeBlock(blocks.StructBlock):
    """One answer of a quiz question."""

    text = blocks.CharBlock(label=_("Answer"), max_length=200)
    correct = blocks.BooleanBlock(label=_("Right"), required=False)
    feedback = blocks.TextBlock(
        default="",
        label=_("To whoever chooses this answer"),
        max_length=400,
        rows=2,
        required=False,
        help_text=_("Shown after the answer, with the explanation. For example why it is easy to believe."),
    )


class QuizQuestionBlock(FacedBlock):
    """A question with answers; one or more are right."""

    folder = "quiz_question"
    question = blocks.TextBlock(label=_("Question"), max_length=400, rows=2)
    alternatives = blocks.ListBlock(
        AlternativeBlock(),
        label=_("Answers"),
        min_num=2,
        max_num=8,
        default=[{"text": "", "correct": False}, {"text": "", "correct": False}],
    )
    explanation = blocks.TextBlock(label=_("Explanation, shown after the answer"), max_length=600, rows=2, required=False)

    class Meta:
        icon = "help"
        label = _("Quiz question")
        description = _("A question with answers to choose from. Mark the right ones.")
        preview_value = {
            "question": "Vilket nummer ringer du i nödläge?",
            "alternatives": [{"text": "112", "correct": True}, {"text": "114 14", "correct": False}],
            "explanation": "114 14 går till polisen när det inte är bråttom.",
        }

    def clean(self, value: Any) -> Any:
        """At least one right answer and one wrong."""
        cleaned = super().clean(value)
        marks = {bool(alternative["correct"]) for alternative in cleaned["alternatives"]}
        if marks != {True, False}:
            raise StructBlockValidationError(
                {"alternatives": ValidationError(_("Mark at least one answer as right, and leave at least one unmarked."))}
            )
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds `right_answers`, a list of str."""
        context = super().get_context(value, parent_context=parent_context)
        context["right_answers"] = [a["text"] for a in value["alternatives"] if a["correct"]]
        return context


class BodyBlock(blocks.StreamBlock):
    """Everything that running content may be made of; youth pages use it too."""

    heading = HeadingBlock()
    rich_text = RichTextBlock()
    fact = FactBlock()
    quote = QuoteBlock()
    image = PictureBlock()
    help_lines = HelpLinesBlock()
    accordion = AccordionBlock()
    call_to_action = CallToActionBlock()
    event = EventBlock()
    statistics = StatisticsBlock()


class PanelBlock(FacedBlock):
    """One panel of the folder: the end of the half sentence, and what belongs to it."""

    folder = "panel"
    title = blocks.CharBlock(
        label=_("Title"), max_length=120, help_text=_("The end of the half sentence, for example “…att det var så nära.”")
    )
    in_letter = blocks.BooleanBlock(label=_("Include in the letter"), required=False)
    on_paper = blocks.MultipleChoiceBlock(
        label=_("Printed in"),
        choices=FolderFormat.choices,
        default=USUAL_PANEL_FORMATS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The last panel with help lines stands on the back of every format."),
    )
    body = BodyBlock(label=_("Content"))

    class Meta:
        icon = "doc-full"
        label = _("Panel")
        label_format = "{title}"
        description = _("One panel of the folder. Panels can be read in any order.")
        preview_value = {
            "title": "…att det var så nära.",
            "in_letter": True,
            "body": [{"type": "rich_text", "value": {"text": "<p>Det mesta börjar i ett vanligt hem, en vanlig fredag.</p>"}}],
        }
