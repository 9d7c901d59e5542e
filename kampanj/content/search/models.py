"""What is searched: the words of every public page, and the editors' groups of words that mean the same."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from kampanj.content.help_lines.models import HelpLine
from kampanj.content.search import words

LONGEST_ENTRY = 60
MOST_ENTRIES = 60


class SynonymGroup(models.Model):
    """Words that mean the same to who searches: proper names, everyday words and street names."""

    words = models.TextField(
        _("words"),
        help_text=_("One word or expression on each line. Whoever searches for one of them finds the others too."),
    )
    language = models.CharField(
        _("language"), max_length=12, choices=settings.WAGTAIL_CONTENT_LANGUAGES, default=settings.LANGUAGE_CODE
    )
    help_first = models.BooleanField(
        _("show help lines first"),
        default=False,
        help_text=_("For words that may mean that somebody needs help at once."),
    )
    help_lines = models.ManyToManyField(
        HelpLine,
        verbose_name=_("help lines"),
        blank=True,
        related_name="+",
        help_text=_("The ones that stand first. None chosen: the first of the register."),
    )
    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        help_text=_("For you who work here: where the words come from, when they were checked."),
    )

    panels = [
        FieldPanel("words"),
        FieldPanel("language"),
        MultiFieldPanel(
            [FieldPanel("help_first"), FieldPanel("help_lines", widget=CheckboxSelectMultiple)], heading=_("When it is urgent")
        ),
        FieldPanel("note"),
    ]

    class Meta:
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("groups of synonyms")
        ordering = ["language", "words"]

    def __str__(self) -> str:
        return ", ".join(self.entries[:4])

    @property
    def entries(self) -> list[str]:
        """The words and expressions, as they were written."""
        return [line.strip() for line in self.words.splitlines() if line.strip()]

    def clean(self) -> None:
        """One entry a line, each once; at least two, unless the group is there for its help lines."""
        super().clean()
        entries = list({tuple(words.words(entry)): " ".join(entry.split()) for entry in reversed(self.entries)}.values())[::-1]
        if any(not words.words(entry) or len(entry) > LONGEST_ENTRY for entry in entries):
            raise ValidationError(
                {
                    "words": _("Write words of letters or digits, one on each line, at most %(most)s characters.")
                    % {"most": LONGEST_ENTRY}
                }
            )
        if len(entries) > MOST_ENTRIES:
            raise ValidationError(
                {"words": _("A group has at most %(most)s words. Divide it into two.") % {"most": MOST_ENTRIES}}
            )
        if len(entries) < 2 and not self.help_first:
            raise ValidationError({"words": _("Write at least two words, one on each line.")})
        self.words = "\n".join(entries)


class SearchText(index.Indexed, models.Model):
    """What a page says, as plain text: searched through Wagtail's index, and shown around a hit.

    It stands beside the page's own entry in the index, so that editors who look for a page in the desk still search its title.
    `manage.py update_index` makes all of them anew.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("page"))
    teaser = models.TextField(_("first sentences"), blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("One paragraph, heading or fact on each line."))

    # The stems of each, without dots, between spaces: what the order of relevance is counted from.
    title_stems = models.TextField(editable=False)
    teaser_stems = models.TextField(editable=False)
    text_stems = models.TextField(editable=False)

    search_fields = [index.SearchField("signs"), index.FilterField("page")]
    # It is no use of the page that an editor should be told of before deleting it.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("searched text")
        verbose_name_plural = _("searched texts")

    def __str__(self) -> str:
        return self.page.title

    def say(self, *, teaser: str, text: str) -> None:
        """Take over what the page says, and the stems of it; unsaved."""
        self.teaser, self.text = teaser, text
        for name, said in {"title": self.page.title, "teaser": teaser, "text": text}.items():
            stems = " ".join(words.stem(word, self.page.locale.language_code) for word in words.words(said))
            setattr(self, f"{name}_stems", f" {words.without_dots(stems)} ")

    def signs(self) -> str:
        """All that the page is found by (see `words`)."""
        said = f"{self.page.title}\n{self.teaser}\n{self.text}"
        language = self.page.locale.language_code
        return f"{words.signs_in_order(said, language)} {words.further_signs(said, language)}"

    @classmethod
    def get_indexed_objects(cls) -> QuerySet[Any]:
        """Every row with what its signs are made of."""
        return super().get_indexed_objects().select_related("page__locale")
