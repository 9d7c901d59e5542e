"""Topics (ämnen), and what is read under them: advice with an easy-read version, questions with answers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from kampanj.content.blocks import BodyBlock
from kampanj.content.served import RoutedMixin
from ung.pages import YouthPage

# What may hold advice, questions and topics.
UNDER_TOPIC = ["ung.TopicPage", "ung.YouthStartPage"]


class TopicPage(YouthPage):
    """A subject that the reader wonders about, with its advice and questions below it."""

    template = "ung/topic.html"
    kind_name = _("Topic")  # for readers
    parent_page_types = ["ung.YouthStartPage"]
    subpage_types = ["ung.AdvicePage", "ung.FilmPage", "ung.QuestionPage"]

    introduction = models.TextField(_("introduction"), max_length=400)
    body = StreamField(BodyBlock(required=False), verbose_name=_("content"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `below`: the live pages under the topic, in the editor's order."""
        context = super().get_context(request, *args, **kwargs)
        context["below"] = self.pages_below()
        return context


class AdvicePage(RoutedMixin, YouthPage):
    """Advice: the title is a reader's sentence, not a noun. The easy-read version has an address of its own."""

    template = "ung/advice.html"
    kind_name = _("Advice")  # for readers
    parent_page_types = UNDER_TOPIC
    subpage_types: list[str] = []

    introduction = models.TextField(_("introduction"), max_length=400)
    body = StreamField(BodyBlock(), verbose_name=_("content"))
    easy_introduction = models.TextField(_("introduction, easy to read"), max_length=300, blank=True)
    easy_body = StreamField(BodyBlock(required=False), verbose_name=_("content, easy to read"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    easy_panels = [
        MultiFieldPanel(
            [FieldPanel("easy_introduction"), FieldPanel("easy_body")],
            heading=_("Easy to read"),
            help_text=_("Short sentences, one thought in each, no difficult words. Left empty, no version is offered."),
        )
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(easy_panels, heading=_("Easy to read")),
            ObjectList(YouthPage.promote_panels, heading=_("Promote")),
            ObjectList(YouthPage.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [
        *Page.search_fields,
        *(index.SearchField(name) for name in ("introduction", "body", "easy_introduction", "easy_body")),
    ]

    class Meta:
        verbose_name = _("advice page")
        verbose_name_plural = _("advice pages")

    @property
    def has_easy_version(self) -> bool:
        """Whether an easy-read version has been written."""
        return bool(self.easy_body)

    @path("lattlast/")
    def easy(self, request: HttpRequest) -> HttpResponse:
        """The easy-read version; 404 while there is none."""
        if not self.has_easy_version:
            raise Http404
        return self.render(request, template="ung/advice_easy.html")


class QuestionPage(YouthPage):
    """A question as somebody asked it, with an answer: the title is the question."""

    kind_name = _("Question")  # for readers
    template = "ung/question.html"
    parent_page_types = UNDER_TOPIC
    subpage_types: list[str] = []

    short_answer = models.TextField(_("short answer"), max_length=300, help_text=_("What the reader most needs to know, first."))
    body = StreamField(BodyBlock(required=False), verbose_name=_("content"), blank=True)
    answered_by = models.CharField(
        _("answered by"), max_length=120, blank=True, help_text=_("A role, not a name: “school nurse”.")
    )
    answered_on = models.DateField(_("answered"), null=True, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("short_answer"),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("answered_by"), FieldPanel("answered_on")]),
    ]
    search_fields = [*Page.search_fields, index.SearchField("short_answer"), index.SearchField("body")]

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
