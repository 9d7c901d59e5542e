"""Table of contents: the addresses of every room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
