"""Table of contents: the addresses of every room."""

from django.urls import URLPattern, URLResolver, include, path

# The same in every language.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kampanj.municipality.urls")),
    path("", include("kampanj.content.urls")),
    path("", include("kampanj.distribution.invitations.urls")),
    path("", include("kampanj.distribution.handout.public_urls")),
    path("", include("kampanj.followup.urls")),
]
