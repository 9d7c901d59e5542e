"""Who it is for: schools and their contacts, guardians tied to children without names, segments, suppressions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from kampanj.audience.identity import AddressRefused, address_key, normalise_address
from kampanj.content.languages import language_choices

ADDRESS_KEY_LENGTH = 22
# The learning platform of a school that nobody has said anything about (`kampanj.channels.lms.models`).
ANOTHER_PLATFORM = "other"


class Grade(models.TextChoices):
    """School years as rosters write them."""

    F = "F", _("preschool class")
    Y1 = "1", _("year 1")
    Y2 = "2", _("year 2")
    Y3 = "3", _("year 3")
    Y4 = "4", _("year 4")
    Y5 = "5", _("year 5")
    Y6 = "6", _("year 6")
    Y7 = "7", _("year 7")
    Y8 = "8", _("year 8")
    Y9 = "9", _("year 9")
    GY1 = "gy1", _("upper secondary, year 1")
    GY2 = "gy2", _("upper secondary, year 2")
    GY3 = "gy3", _("upper secondary, year 3")


class School(index.Indexed, ClusterableModel):
    """A school unit (skolenhet) and the platform that its packages are made for."""

    class Level(models.TextChoices):
        COMPULSORY = "compulsory", _("compulsory school")
        UPPER_SECONDARY = "upper_secondary", _("upper secondary school")

    code = models.CharField(_("school unit code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.COMPULSORY)
    platform = models.ForeignKey(
        "kampanj.LearningPlatform",
        on_delete=models.PROTECT,
        default=ANOTHER_PLATFORM,
        related_name="schools",
        verbose_name=_("learning platform"),
    )

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("code")]),
        FieldRowPanel([FieldPanel("district"), FieldPanel("level")]),
        FieldPanel("platform", widget=forms.Select),
        InlinePanel("contacts", heading=_("Contacts"), label=_("Contact")),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        *(index.FilterField(name) for name in ("name", "district", "level", "platform")),
    ]

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SchoolContact(Orderable):
    """Who receives a school's packages: preferably a shared address, not a person's."""

    school = ParentalKey(School, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("school"))
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=80, blank=True, help_text=_("For example head teacher or school office."))
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)
    address_key = models.CharField(max_length=ADDRESS_KEY_LENGTH, editable=False, db_index=True)

    panels = [
        FieldRowPanel(
            [FieldPanel("email"), FieldPanel("role"), FieldPanel("language", widget=forms.Select(choices=settings.LANGUAGES))]
        )
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("school contact")
        verbose_name_plural = _("school contacts")
        constraints = [models.UniqueConstraint(fields=["school", "address_key"], name="contact_once_per_school")]

    def __str__(self) -> str:
        return f"{self.school} ({self.role})" if self.role else str(self.school)

    def clean(self) -> None:
        """The address as it is compared with guardians' addresses and suppressions."""
        super().clean()
        try:
            self.email = normalise_address(self.email)
        except AddressRefused as refusal:
            raise ValidationError({"email": refusal}) from refusal

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address_key = address_key(self.email)
        super().save(*args, **kwargs)


class Guardian(models.Model):
    """An address that a source names as a guardian's, with a language. No name, ever.

    Neither it nor a child is in Wagtail's reference index, which would keep a second copy of who belongs together.
    """

    source = models.CharField(_("source"), max_length=80)
    external_id = models.CharField(_("id in the source"), max_length=80)
    email = models.CharField(_("e-mail"), max_length=254)
    address_key = models.CharField(max_length=ADDRESS_KEY_LENGTH, editable=False, db_index=True)
    language = models.CharField(_("language"), max_length=12, default=settings.LANGUAGE_CODE)
    identity_key = models.CharField(
        max_length=ADDRESS_KEY_LENGTH,
        blank=True,
        editable=False,
        db_index=True,
        help_text="Keyed hash of the personal identity number, where the source has it.",
    )
    imported_at = models.DateTimeField(_("imported"), default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        permissions = [
            ("export_guardian", "Can see and export guardians with whole addresses"),
            ("extract_guardian", "Can make register extracts"),
            ("erase_guardian", "Can erase a person"),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="guardian_once_per_source")]

    def __str__(self) -> str:
        return f"{self.source}:{self.pk}"


class Child(models.Model):
    """A pupil, known only by a keyed hash of the source's id, a school and a grade."""

    source = models.CharField(_("source"), max_length=80)
    key = models.CharField(max_length=ADDRESS_KEY_LENGTH, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="children", verbose_name=_("school"))
    grade = models.CharField(_("grade"), max_length=4, choices=Grade.choices)
    guardians = models.ManyToManyField(Guardian, through="GuardianChild", related_name="children")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("child")
        verbose_name_plural = _("children")
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="child_once_per_source")]
        indexes = [models.Index(fields=["school", "grade"])]

    def __str__(self) -> str:
        return f"{self.source}:{self.pk}"


class GuardianChild(models.Model):
    """The tie between a guardian and a child."""

    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, related_name="ties")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="ties")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        constraints = [models.UniqueConstraint(fields=["guardian", "child"], name="tie_once")]

    def __str__(self) -> str:
        return f"{self.guardian_id}-{self.child_id}"


class ProtectedAddress(models.Model):
    """The keyed hash of an address that a source ties to a protected identity. Nothing else about it is kept.

    It is never shown, counted or logged; it only makes sure that no letter leaves.
    """

    source = models.CharField(max_length=80)
    address_key = models.CharField(max_length=ADDRESS_KEY_LENGTH, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "address_key"], name="protected_once_per_source")]

    def __str__(self) -> str:
        return self.source


class ProtectedIdentity(models.Model):
    """The keyed hash of a pupil's or guardian's id that a source has marked as protected.

    It is what makes a protection outlast a later file that has lost the marking and carries another address.
    """

    source = models.CharField(max_length=80)
    key = models.CharField(max_length=ADDRESS_KEY_LENGTH)

    class Meta:
        default_permissions = ()
        permissions = [
            ("handle_protectedidentity", "Can see how many protected persons are handled by hand, and lift protections")
        ]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="protected_identity_once_per_source")]

    def __str__(self) -> str:
        return self.source


class Topic(models.Model):
    """What letters are about (ämne): a reader can unsubscribe from one topic and still get the others."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)

    panels = [FieldPanel("name"), FieldPanel("description")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Suppression(models.Model):
    """An address that must not be written to, and why (spärr). Only the address's keyed hash is kept."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        ADDRESS_GONE = "address_gone", _("the address does not exist")
        COMPLAINED = "complained", _("reported as junk mail")
        MANUAL = "manual", _("added by hand")
        ERASED = "erased", _("erased at the person's request")

    address_key = models.CharField(max_length=ADDRESS_KEY_LENGTH)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    topic = models.ForeignKey(
        Topic,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("topic"),
        help_text=_("Empty: all."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    # They come with every refusal of a mail server: Wagtail need not look for references in them.
    wagtail_reference_index_ignore = True

    # What somebody chooses can be about one topic; the rest is about the address itself.
    MAY_HAVE_TOPIC = (Reason.UNSUBSCRIBED, Reason.MANUAL)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["address_key", "reason"], condition=models.Q(topic=None), name="suppressed_once_per_reason"
            ),
            models.UniqueConstraint(fields=["address_key", "reason", "topic"], name="suppressed_once_per_reason_and_topic"),
            models.CheckConstraint(
                condition=models.Q(topic=None) | models.Q(reason__in=["unsubscribed", "manual"]), name="suppressed_for_all"
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class SegmentForm(WagtailAdminModelForm):
    """What limits, and what is taken away, as boxes to tick; none ticked means all."""

    levels = forms.MultipleChoiceField(
        label=_("Levels"), choices=School.Level.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    grades = forms.MultipleChoiceField(
        label=_("Grades"), choices=Grade.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=language_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    districts = forms.MultipleChoiceField(label=_("Districts"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "districts" in self.fields:
            known = set(School.objects.exclude(district="").values_list("district", flat=True)) | set(self.instance.districts)
            self.fields["districts"].choices = [(name, name) for name in sorted(known)]
        if "minus" in self.fields:
            self.fields["minus"].queryset = Segment.objects.exclude(pk=self.instance.pk)

    def clean_minus(self) -> models.QuerySet[Segment]:
        """No segment takes away itself, be it through others."""
        chosen = self.cleaned_data["minus"]
        for taken in chosen:
            if self.instance.pk in _takes_away(taken.pk):
                raise ValidationError(
                    _("“%(name)s” takes away “%(own)s” itself. Choose another segment, or change “%(name)s” first."),
                    params={"name": taken, "own": self.instance},
                )
        return chosen


def _takes_away(segment: int | None) -> set[int | None]:
    """The primary keys of what a segment takes away, directly and through others."""
    pairs = Segment.minus.through.objects.values_list("from_segment", "to_segment")
    found: set[int | None] = {segment}
    while further := {taken for taker, taken in pairs if taker in found} - found:
        found |= further
    return found - {segment}


class Segment(models.Model):
    """A saved choice of recipients; what is left empty does not limit."""

    class Kind(models.TextChoices):
        GUARDIANS = "guardians", _("guardians")
        SCHOOLS = "schools", _("school contacts")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("recipients"), max_length=20, choices=Kind.choices, default=Kind.GUARDIANS)
    schools = models.ManyToManyField(School, verbose_name=_("schools"), blank=True, related_name="+")
    districts = models.JSONField(_("districts"), default=list, blank=True)
    levels = models.JSONField(_("levels"), default=list, blank=True)
    grades = models.JSONField(_("grades"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)

    minus = models.ManyToManyField(
        "self",
        verbose_name=_("but not those in"),
        blank=True,
        symmetrical=False,
        related_name="taken_from",
        help_text=_("Whoever is in one of these segments gets no letter."),
    )

    base_form_class = SegmentForm
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("kind")]),
        MultiFieldPanel(
            [
                FieldPanel("schools", widget=forms.CheckboxSelectMultiple),
                FieldPanel("districts"),
                FieldPanel("levels"),
                HelpPanel(template="kampanj/desk/segment_grades.html"),
                FieldPanel("grades"),
                FieldPanel("languages"),
            ],
            heading=_("Limit to (nothing ticked means all)"),
        ),
        FieldPanel("minus", widget=forms.CheckboxSelectMultiple),
        HelpPanel(template="kampanj/desk/segment_reach.html", heading=_("Whom it reaches now")),
    ]

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
