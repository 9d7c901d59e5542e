"""Addresses of the youth pages that are no pages: the same in every language."""

from django.urls import URLPattern, re_path

from ung.viewpoints.views import send_viewpoint
from ung.views import film_captions, film_file

# Nine digits: a longer number is no page's, and more than a database takes.
urlpatterns: list[URLPattern] = [
    re_path(r"^tyck-till/(?P<page_id>[0-9]{1,9})/$", send_viewpoint, name="ung_send_viewpoint"),
    re_path(r"^film/(?P<page_id>[0-9]{1,9})/film\.(?P<extension>[a-z0-9]{1,5})$", film_file, name="film_file"),
    re_path(r"^film/(?P<page_id>[0-9]{1,9})/textning\.vtt$", film_captions, name="film_captions"),
]
