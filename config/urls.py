"""Addresses: the desk, signed links without language prefix, then Wagtail's pages in every language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.robots import robots
from kampanj import urls as kampanj_urls
from kampanj.content import urls as content_urls
from kampanj.municipality.identity import urls as identity_urls
from ung import urls as ung_urls

handler500 = "config.errors.server_error"

handler404 = "kampanj.content.not_found.page_not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(identity_urls)),
    path("admin/", include(wagtailadmin_urls)),
    path("dokument/", include(wagtaildocs_urls)),
    path("robots.txt", robots, name="robots"),
    path("", include(kampanj_urls)),
    path("", include(ung_urls)),
]

if "anymail" in settings.INSTALLED_APPS and settings.ANYMAIL.get("WEBHOOK_SECRET"):
    # The provider tells here what became of letters. Without a secret django-anymail would believe anybody in the name of some.
    # It has addresses for every provider, and for letters that come in: most answer 500, for want of keys that nobody has.
    from anymail import urls as of_every_provider

    _ours = f"{settings.LETTER_BACKEND.split('.')[-2]}_"
    _told = [one for one in of_every_provider.urlpatterns if one.name.startswith(_ours) and "inbound" not in one.name]
    urlpatterns.append(path("anymail/", include((_told, of_every_provider.app_name))))

if settings.SERVE_MEDIA:
    from config.media import serve_media

    urlpatterns.append(path("media/<path:path>", serve_media))

# Swedish has no prefix; other languages have theirs (/en/, /ar/).
urlpatterns += i18n_patterns(
    path("", include(content_urls.in_every_language)),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
