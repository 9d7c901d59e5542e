"""Who we are: users, the settings of each municipality's site, pictures and documents with their rights."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, URLValidator
from django.db import models
from django.http import HttpRequest
from django.utils import formats
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Site

from kampanj.municipality.colour import AA_TEXT, contrast, validate_hex
from kampanj.municipality.private_file import PrivateFileInput
from kampanj.municipality.profiles import require_cmyk_profile
from kampanj.municipality.storage import private_storage


class User(AbstractUser):
    """A person who works in the desk. Readers never have accounts."""

    # Part of what a session is checked against: a higher number ends all sessions before it (identity/sessions.py).
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's, of the password, together with the epoch; also for keys in SECRET_KEY_FALLBACKS."""
        of_password: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_epoch:
            return of_password
        return salted_hmac("kampanj.session_epoch", f"{of_password}.{self.session_epoch}", algorithm="sha256").hexdigest()


class RoleGrant(models.Model):
    """A permission that a role has once been given: what an administrator then takes away is not given again."""

    role = models.CharField(max_length=80)
    permission = models.CharField(max_length=160)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("role", "permission"), name="role_grant_once"),)

    def __str__(self) -> str:
        return f"{self.role}: {self.permission}"


class KnownNetwork(models.Model):
    """A network from which somebody has signed in, as a keyed hash: guessing from elsewhere does not keep them out there."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_networks")
    network = models.CharField(max_length=32)
    used_on = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("user", "network"), name="known_network_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.used_on}"


class WithRights(models.Model):
    """What must be known before a picture or a film is published: who holds the rights, how long, who has consented."""

    class Consent(models.TextChoices):
        NOT_NEEDED = "not_needed", _("Not needed: no recognisable person")
        GIVEN = "given", _("Given in writing")
        MISSING = "missing", _("Missing: must not be published")

    rights_holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True, help_text=_("For example CC BY 4.0, or “own work”."))
    rights_valid_until = models.DateField(_("rights valid until"), null=True, blank=True)
    consent = models.CharField(_("consent"), max_length=20, choices=Consent.choices, default=Consent.NOT_NEEDED)

    class Meta:
        abstract = True


class CampaignImage(AbstractImage, WithRights):
    """A picture with its rights."""

    admin_form_fields = (
        "title",
        "file",
        "description",
        "collection",
        "tags",
        "rights_holder",
        "licence",
        "rights_valid_until",
        "consent",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def __str__(self) -> str:
        return str(self.title)


class CampaignRendition(AbstractRendition):
    """A picture at one size; made on demand."""

    image = models.ForeignKey(CampaignImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class CampaignDocument(AbstractDocument):
    """A file to download."""

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")


def colour_field(label: Any, default: str) -> models.CharField:
    """A `#RRGGBB` colour with the house's default."""
    return models.CharField(label, max_length=7, default=default, validators=[validate_hex])


# What a local part of 64 octets (RFC 5321) leaves beside a plus sign and the longest tag of a delivery.
BOUNCE_LOCAL_PART = 35


def validate_takes_tag(address: str) -> None:
    """Refuse an address that no delivery's tag can be added to (VERP)."""
    local = address.rpartition("@")[0]
    if "+" in local or len(local) > BOUNCE_LOCAL_PART:
        raise ValidationError(
            _("Write an address with at most %(count)s characters before the @ and without a plus sign."),
            params={"count": BOUNCE_LOCAL_PART},
        )


# Every pair in which one colour is text on the other: each must reach AA for text in both directions of use.
TEXT_PAIRS = (
    ("ink", "paper"),
    ("lake", "paper"),
    ("moss", "paper"),
    ("apple", "paper"),
    ("ink", "sky"),
    ("lake", "sky"),
    ("ink", "sun"),
    ("dark_ink", "dark_paper"),
    ("dark_lake", "dark_paper"),
)


@register_setting(icon="site", order=10)
class SiteSettings(BaseSiteSetting):
    """The municipality behind one Wagtail site: name, look, sender and contact."""

    select_related = ["logo", "share_image"]

    municipality_name = models.CharField(_("municipality's name"), max_length=100, blank=True)
    logo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    base_url = models.CharField(
        _("address of the site"),
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Links in letters and packages begin with it. Empty: the installation's own address."),
    )

    sender_name = models.CharField(_("sender's name"), max_length=100, blank=True, help_text=_("What readers see as sender."))
    sender_email = models.EmailField(_("sender's address"), blank=True)
    reply_to = models.EmailField(_("replies go to"), blank=True, help_text=_("An address that somebody reads."))
    bounce_address = models.EmailField(
        _("letters that cannot be delivered come back to"),
        blank=True,
        validators=[validate_takes_tag],
        help_text=_(
            "Each letter gets its own form of it, such as studs+3f7a@kommun.se, which tells whose address no longer works. "
            "The mail server must deliver everything that is written to the address with a plus sign to the same mailbox. "
            "Empty: they come back to the sender’s address."
        ),
    )

    answers_replies = models.BooleanField(
        _("answer automatically what people write to that address"),
        default=False,
        help_text=_(
            "Whoever writes to the address that letters come back to is told what the letter was, who sends it and how to stop"
            " it, at most once a month. What they have written waits for you under Answers all the same, where the text is, too."
        ),
    )

    contact_name = models.CharField(_("contact: name"), max_length=100, blank=True)
    contact_email = models.EmailField(_("contact: e-mail"), blank=True)
    contact_phone = models.CharField(_("contact: telephone"), max_length=40, blank=True)
    postal_address = models.CharField(_("postal address"), max_length=200, blank=True)
    privacy_url = models.CharField(
        _("page on personal data"), max_length=300, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )

    districts = models.TextField(
        _("districts"), blank=True, help_text=_("One on each line. Activities are sorted and chosen by them.")
    )
    share_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("picture for sharing"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown when somebody shares a page that has no picture of its own."),
    )
    exit_url = models.URLField(
        _("“Leave the page” leads to"),
        default="https://www.smhi.se/",
        help_text=_("An everyday page that anybody could be reading, for example a weather forecast."),
    )
    help_line_days = models.PositiveSmallIntegerField(
        _("help lines are checked every … days"),
        default=180,
        validators=[MinValueValidator(1)],
        help_text=_("When a help line has not been checked for so long, the communicators are reminded."),
    )

    school_link_days = models.PositiveSmallIntegerField(
        _("schools' links work for … days"),
        default=400,
        validators=[MinValueValidator(1)],
        help_text=_("Counted from the mailing. After that the school is asked to write to the contact."),
    )

    printer_profile = models.FileField(
        _("the printer's colour profile"),
        storage=private_storage,
        upload_to="profiles",
        blank=True,
        validators=[require_cmyk_profile],
        help_text=_("An ICC profile for CMYK (.icc), which the printer gives you. Empty: the server's own is used."),
    )

    ink = colour_field(_("ink (text)"), "#16202A")
    paper = colour_field(_("paper (background)"), "#FBF9F4")
    lake = colour_field(_("lake (links and headings)"), "#0B4A6F")
    sky = colour_field(_("sky (quiet surfaces)"), "#DCEBF2")
    apple = colour_field(_("apple (urgent help only)"), "#B3261E")
    sun = colour_field(_("sun (accent)"), "#F2B632")
    moss = colour_field(_("moss (second accent)"), "#2F5D50")
    dark_paper = colour_field(_("dark scheme: paper"), "#10171D")
    dark_ink = colour_field(_("dark scheme: ink"), "#F3EFE6")
    dark_lake = colour_field(_("dark scheme: lake"), "#8CC7E8")

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("municipality_name"),
                    FieldPanel("logo"),
                    FieldPanel("base_url"),
                    MultiFieldPanel(
                        [
                            FieldPanel("contact_name"),
                            FieldPanel("contact_email"),
                            FieldPanel("contact_phone"),
                            FieldPanel("postal_address"),
                        ],
                        heading=_("Contact"),
                    ),
                    FieldPanel("privacy_url"),
                    FieldPanel("districts"),
                ],
                heading=_("Municipality"),
            ),
            ObjectList(
                [
                    FieldPanel("exit_url"),
                    FieldPanel("help_line_days"),
                    FieldPanel("school_link_days"),
                    FieldPanel("share_image"),
                ],
                heading=_("Public pages"),
            ),
            ObjectList(
                [
                    FieldPanel("sender_name"),
                    FieldPanel("sender_email"),
                    FieldPanel("reply_to"),
                    FieldPanel("bounce_address"),
                    FieldPanel("answers_replies"),
                ],
                heading=_("Sender"),
            ),
            ObjectList([FieldPanel("printer_profile", widget=PrivateFileInput)], heading=_("Printing")),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("ink"), FieldPanel("paper")]),
                    FieldRowPanel([FieldPanel("lake"), FieldPanel("sky")]),
                    FieldRowPanel([FieldPanel("apple"), FieldPanel("sun"), FieldPanel("moss")]),
                    FieldRowPanel([FieldPanel("dark_paper"), FieldPanel("dark_ink"), FieldPanel("dark_lake")]),
                ],
                heading=_("Colours"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def clean(self) -> None:
        """Refuse colours that somebody could not read: every text pair needs at least 4.5 : 1.

        An IDN domain of the sender becomes punycode: it stands in headers that are ASCII.
        """
        super().clean()
        for name in ("sender_email", "reply_to", "bounce_address"):
            local, at, domain = getattr(self, name).rpartition("@")
            with suppress(UnicodeError):  # The field's own validator names this fault.
                setattr(self, name, f"{local}{at}{domain.encode('idna').decode()}")
        faults: dict[str, list[ValidationError]] = {}
        for text, background in TEXT_PAIRS:
            first, second = getattr(self, text), getattr(self, background)
            try:
                validate_hex(first)
                validate_hex(second)
            except ValidationError:
                continue  # The field's own validator names this fault.
            ratio = contrast(first, second)
            if ratio < AA_TEXT:
                fault = ValidationError(
                    _(
                        "%(text)s (%(text_colour)s) on %(background)s (%(background_colour)s) has contrast %(ratio)s : 1; "
                        "at least 4.5 : 1 is needed. Choose a darker or lighter colour."
                    )
                    % {
                        "text": capfirst(self._meta.get_field(text).verbose_name),
                        "text_colour": first,
                        "background": self._meta.get_field(background).verbose_name,
                        "background_colour": second,
                        "ratio": formats.number_format(ratio, 1),
                    }
                )
                faults.setdefault(text, []).append(fault)
        if faults:
            raise ValidationError(faults)

    @classmethod
    def here(cls, request: HttpRequest) -> SiteSettings:
        """The settings of the request's site; unsaved defaults where there is no site, so that errors can be told at all."""
        return cls.for_request(request) if Site.find_for_request(request) else cls()

    @property
    def district_names(self) -> list[str]:
        """The districts in the order in which they were written."""
        return [name.strip() for name in self.districts.splitlines() if name.strip()]

    @property
    def origin(self) -> str:
        """scheme://host[:port] that links begin with, without a final slash."""
        return (self.base_url or settings.BASE_URL).rstrip("/")

    def absolute(self, path: str) -> str:
        """`path` with scheme and host; an address that has them already is returned as it is."""
        return path if "://" in path else f"{self.origin}/{path.lstrip('/')}"
