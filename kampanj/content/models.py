"""What we say: the campaign and its frozen editions, and the municipality's front page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Revision
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from kampanj.content import ages, doors, front_page
from kampanj.content.blocks import BodyBlock, DiscussionQuestionBlock, PanelBlock, QuizQuestionBlock
from kampanj.content.edition import fingerprint, snapshot_of
from kampanj.content.exceptions import NotPublished, UnknownCampaign
from kampanj.content.folder_formats import FormatsField, usual_formats
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.help_lines.shown import ShownLine, first_contacts, shown
from kampanj.content.languages import refuse, written_here
from kampanj.content.readable import readable_now
from kampanj.content.rights import require_cleared
from kampanj.content.served import ServedPage
from kampanj.content.translation import require_translated
from kampanj.content.ways import WaysPanel
from kampanj.municipality.models import SiteSettings

LETTER_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class HomePage(ServedPage):
    """The municipality's front page: its campaigns and what it has promised."""

    template = "kampanj/web/home.html"
    kind_name = _("Start page")  # for readers
    parent_page_types = ["wagtailcore.Page"]

    introduction = models.TextField(_("introduction"), blank=True, max_length=400)
    body = StreamField(BodyBlock(required=False), verbose_name=_("content"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail's, which falls back on the municipality's own language where nobody has written a front page; we do not."""
        if self.locale.language_code != get_language():
            raise refuse()
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `campaigns` (newest first), `sections` (the pages of the menu) and `shelves` (see `front_page`)."""
        context = super().get_context(request, *args, **kwargs)
        context["shelves"] = front_page.filled(self)
        context["campaigns"] = current_campaigns(self).order_by("-first_published_at")
        context["sections"] = readable_now(written_here(self.get_children().in_menu()))
        return context


class CampaignPage(ServedPage):
    """One information effort, written once: the folder's panels, the lesson, the letters and the share texts."""

    kind_name = _("Campaign")  # for readers
    template = "kampanj/web/campaign.html"
    subpage_types: list[str] = []

    summary = models.TextField(_("summary"), max_length=300, help_text=_("One or two sentences for lists, packages and sharing."))
    cover_image = models.ForeignKey(
        "kampanj.CampaignImage",
        verbose_name=_("cover picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    panels = StreamField([("panel", PanelBlock())], verbose_name=_("panels"), blank=True)
    folder_formats = FormatsField(
        _("the folder is printed as"),
        default=usual_formats,
        blank=True,
        help_text=_("See “The folder” in the menu for the pages, and for text that does not fit."),
    )

    teacher_guide = StreamField(BodyBlock(required=False), verbose_name=_("teacher's guide"), blank=True)
    discussion = StreamField(
        [("discussion_question", DiscussionQuestionBlock())], verbose_name=_("questions for discussion"), blank=True
    )
    quiz = StreamField([("quiz_question", QuizQuestionBlock())], verbose_name=_("quiz"), blank=True)
    typical_age_range = models.CharField(
        _("the pupils' ages"),
        max_length=5,
        default=ages.USUAL,
        validators=[ages.require_range],
        help_text=_("In years, for example 13-18; 16- for 16 and older. Learning platforms sort and search by it."),
    )

    letter_subject = models.CharField(
        _("subject"), max_length=78, blank=True, help_text=_("At most 45 characters are seen on a phone.")
    )
    letter_preheader = models.CharField(
        _("preheader"), max_length=120, blank=True, help_text=_("The line after the subject in the inbox.")
    )
    letter_greeting = RichTextField(_("greeting"), features=LETTER_FEATURES, blank=True)
    school_subject = models.CharField(_("subject to schools"), max_length=78, blank=True)
    school_greeting = RichTextField(_("message to schools"), features=LETTER_FEATURES, blank=True)

    share_texts = StreamField(
        [("share_text", blocks.TextBlock(label=_("Share text"), max_length=280, rows=3, icon="openquote"))],
        verbose_name=_("share texts"),
        blank=True,
    )

    content_panels = [
        WaysPanel(template="kampanj/desk/campaign_ways.html"),
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("cover_image"),
        FieldPanel("folder_formats"),
        FieldPanel("panels"),
    ]
    lesson_panels = [FieldPanel("teacher_guide"), FieldPanel("discussion"), FieldPanel("quiz"), FieldPanel("typical_age_range")]
    letter_panels = [
        HelpPanel(content=_("The letter is made of the greeting and the panels marked “Include in the letter”.")),
        MultiFieldPanel(
            [FieldPanel("letter_subject"), FieldPanel("letter_preheader"), FieldPanel("letter_greeting")],
            heading=_("Letter to guardians"),
        ),
        MultiFieldPanel([FieldPanel("school_subject"), FieldPanel("school_greeting")], heading=_("Letter to schools")),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Folder")),
            ObjectList(lesson_panels, heading=_("Lesson")),
            ObjectList(letter_panels, heading=_("Letters")),
            ObjectList([FieldPanel("share_texts")], heading=_("Share")),
            ObjectList(ServedPage.promote_panels, heading=_("Promote")),
            ObjectList(ServedPage.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [
        *Page.search_fields,
        *(index.SearchField(name) for name in ("summary", "panels", "discussion", "quiz")),
    ]

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `contacts` (see `first_contacts`), from the help lines that the panels themselves name."""
        context = super().get_context(request, *args, **kwargs)
        named = [
            line
            for panel in self.panels
            for block in panel.value["body"]
            if block.block_type == "help_lines"
            for line in block.value["lines"]
            if line is not None
        ]
        lines = list(dict.fromkeys(named))
        context["contacts"] = first_contacts(shown(lines, language=context["language"], request=request))
        return context

    @property
    def panels_in_letter(self) -> list[Any]:
        """The panels (bound stream blocks) that the letter carries, in the folder's order."""
        return [panel for panel in self.panels if panel.value["in_letter"]]

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The web page itself, then whatever channels have opened a door."""
        return [("", _("Web page")), *((door.name, door.label) for door in doors.doors())]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Draw the unsaved page as the chosen channel would."""
        if not mode_name:
            return super().serve_preview(request, mode_name)
        return doors.door(mode_name).show(Edition.draft(self), request)


class Edition(models.Model):
    """A campaign frozen at one revision and one language: what every channel is given.

    `snapshot` is what the fingerprint is made of (see `kampanj.content.edition`); a saved edition never changes.
    """

    page = models.ForeignKey(CampaignPage, on_delete=models.PROTECT, related_name="editions", verbose_name=_("campaign"))
    # Protects the revision from Wagtail's purge: what was sent can always be shown.
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", verbose_name=_("revision"))
    language = models.CharField(_("language"), max_length=12)
    snapshot = models.JSONField(_("snapshot"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    created_at = models.DateTimeField(_("frozen at"), default=timezone.now)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.UniqueConstraint(fields=["revision", "fingerprint"], name="edition_once_per_content")]

    def __str__(self) -> str:
        return f"{self.page.title} ({self.language}, {self.fingerprint[:8]})"

    @classmethod
    def freeze(cls, page: CampaignPage) -> Edition:
        """The edition of the page's published revision; the same row while nothing it shows has changed.

        Raises NotPublished when there is no published revision, PictureNotCleared when a picture must not be shown.
        """
        edition = cls.of_published(page)
        kept, _made = cls.objects.get_or_create(
            revision=edition.revision,
            fingerprint=edition.fingerprint,
            defaults={"page": page, "language": edition.language, "snapshot": edition.snapshot},
        )
        return kept

    @classmethod
    def of_published(cls, page: CampaignPage) -> Edition:
        """The same, unsaved: to look at before anything is decided. Raises NotPublished and PictureNotCleared."""
        revision = page.live_revision
        if not page.live or revision is None:
            raise NotPublished(
                gettext("The campaign “%(title)s” (%(language)s) is not published. Publish it in the editor first.")
                % {"title": page.title, "language": page.locale.language_code}
            )
        campaign = revision.as_object()
        require_translated(campaign)
        require_cleared(campaign)
        edition = cls.draft(campaign)
        edition.page, edition.revision = page, revision
        return edition

    @classmethod
    def draft(cls, page: CampaignPage) -> Edition:
        """An unsaved edition of a page object as it stands, for previews."""
        snapshot = snapshot_of(page)
        edition = cls(page=page, language=page.locale.language_code, snapshot=snapshot, fingerprint=fingerprint(snapshot))
        edition.__dict__["campaign"] = page
        return edition

    @cached_property
    def campaign(self) -> CampaignPage:
        """The page object of the frozen revision."""
        return self.revision.as_object()

    @cached_property
    def municipality(self) -> SiteSettings:
        """The municipality's settings as they were when the edition was frozen (unsaved object)."""
        values = dict(self.snapshot["municipality"])
        return SiteSettings(logo_id=values.pop("logo"), **values)

    @cached_property
    def _help_lines(self) -> dict[str, ShownLine]:
        return {key: ShownLine.thawed(kept) for key, kept in self.snapshot["help_lines"].items()}

    def help_lines(self, chosen: Iterable[HelpLine]) -> list[ShownLine]:
        """The lines in the edition's language as they were when it was frozen, without those that had closed down."""
        return [self._help_lines[str(line.pk)] for line in chosen if str(line.pk) in self._help_lines]

    @property
    def is_right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return bool(get_language_info(self.language)["bidi"])

    @property
    def language_name(self) -> str:
        """The language's name in the language itself."""
        return dict(settings.WAGTAIL_CONTENT_LANGUAGES).get(self.language, self.language)

    @property
    def slug(self) -> str:
        """The campaign's slug, the stem of every file's name."""
        return self.campaign.slug

    @property
    def web_url(self) -> str:
        """Absolute address of the campaign's web page."""
        parts = self.page.get_url_parts()
        return self.municipality.absolute(parts[2] if parts else "/")


def current_campaigns(above: Page) -> PageQuerySet:
    """The campaigns below a page that a reader can open now, expired ones left out even before the clock unpublishes them."""
    return readable_now(written_here(CampaignPage.objects.descendant_of(above)))


def campaign_by_slug(slug: str) -> CampaignPage:
    """The campaign with this slug in the municipality's first language that has it.

    UnknownCampaign when there is none, or when several would do: the wrong one must not be sent.
    """
    page, *others = CampaignPage.objects.filter(slug=slug).order_by("locale_id", "pk") or [None]
    if page and any(other.locale_id == page.locale_id for other in others):
        raise UnknownCampaign(
            gettext("Several campaigns are called “%(slug)s”. Give all but one of them another address in the editor.")
            % {"slug": slug}
        )
    if page is None:
        known = ", ".join(CampaignPage.objects.order_by("slug").values_list("slug", flat=True).distinct())
        raise UnknownCampaign(
            gettext("There is no campaign “%(slug)s”. Known campaigns: %(known)s.") % {"slug": slug, "known": known or "–"}
        )
    return page


def variants(page: CampaignPage) -> list[CampaignPage]:
    """The campaign in every language in which it is live, its own language first.

    An alias (what Wagtail puts where nobody has translated yet) is no language of its own.
    """
    others = page.get_translations().live().filter(alias_of=None).select_related("locale").order_by("locale__language_code")
    return [page, *others]
