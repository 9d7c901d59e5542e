"""Addresses of the youth pages that are no pages: the same in every language."""

from django.urls import URLPattern, path

from ung.viewpoints.views import send_viewpoint

urlpatterns: list[URLPattern] = [path("tyck-till/<int:page_id>/", send_viewpoint, name="ung_send_viewpoint")]
