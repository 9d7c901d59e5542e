"""Addresses of this room."""

from django.urls import path

from kampanj.municipality.views import colour_sheet

urlpatterns = [path("utseende.css", colour_sheet, name="colour_sheet")]
