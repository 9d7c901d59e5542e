"""The front page of a new installation, in place of the English page of welcome that Wagtail's own migration leaves there."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from kampanj.content.models import HomePage


def is_welcome(page: Page) -> bool:
    """Whether this is the page that Wagtail's own migration makes, untouched."""
    return type(page) is Page and page.slug == "home" and page.numchild == 0


@transaction.atomic
def make_front_page() -> bool:
    """Publish a front page where the default site still has Wagtail's; whether there was anything to do."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None or not is_welcome(site.root_page.specific):
        return False
    home = HomePage(
        title=_("Campaigns"),
        introduction=_("This is where the municipality's campaigns will be."),
        locale=Locale.get_default(),
        live=False,
    )
    Page.objects.get(depth=1).add_child(instance=home)
    home.save_revision().publish()
    become_front_page(home, site)
    return True


def become_front_page(home: Page, site: Site) -> None:
    """Let the site begin with `home`, at the installation's own address unless somebody has given it one; Wagtail's page goes."""
    welcome = site.root_page
    site.root_page = home
    if (site.hostname, site.port) == ("localhost", 80):
        address = urlsplit(settings.BASE_URL)
        own = {
            "hostname": address.hostname or site.hostname,
            "port": address.port or (443 if address.scheme == "https" else 80),
        }
        # Somebody may have made a site of that address beside this one.
        if not Site.objects.filter(**own).exists():
            site.hostname, site.port = own["hostname"], own["port"]
    site.save()
    Page.objects.get(pk=welcome.pk).delete()
