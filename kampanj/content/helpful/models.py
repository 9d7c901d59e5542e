"""How many have said yes and no on a page. No time, no address, no order."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class HelpfulCount(models.Model):
    """The two numbers of one page."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("page"))
    yes = models.PositiveIntegerField(_("yes"), default=0)
    no = models.PositiveIntegerField(_("no"), default=0)

    class Meta:
        verbose_name = _("page with answers")
        verbose_name_plural = _("pages with answers")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.page_id}: {self.yes}/{self.no}"

    @property
    def share(self) -> int:
        """Whole per cent that said yes; 0 when nobody has answered."""
        total = self.yes + self.no
        return round(100 * self.yes / total) if total else 0


def count(page: Page, *, helped: bool) -> None:
    """Add one, in the database: two readers at once are two. No signal is sent, so that no kept page is thrown away."""
    HelpfulCount.objects.get_or_create(page_id=page.pk)
    answer = "yes" if helped else "no"
    HelpfulCount.objects.filter(page_id=page.pk).update(**{answer: F(answer) + 1})
