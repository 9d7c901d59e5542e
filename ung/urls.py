"""Addresses of files that a youth page decides over; the same in every language."""

from django.urls import URLPattern, path

from ung.views import film_captions, film_file

urlpatterns: list[URLPattern] = [
    path("film/<int:page_id>/film.<slug:extension>", film_file, name="film_file"),
    path("film/<int:page_id>/textning.vtt", film_captions, name="film_captions"),
]
