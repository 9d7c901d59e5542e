"""Addresses without language prefix: behind signed links, which say which language, and the figures for Prometheus."""

from django.urls import path

from kampanj.followup.operations.views import prometheus
from kampanj.followup.schools.files import download, preview
from kampanj.followup.schools.page import choose_platform, school_package
from kampanj.followup.unsubscribe import unsubscribe

urlpatterns = [
    path("metrics", prometheus, name="kampanj_metrics"),
    path("avregistrera/<str:token>/", unsubscribe, name="kampanj_unsubscribe"),
    path("skolpaket/<str:token>/", school_package, name="kampanj_package"),
    path("skolpaket/<str:token>/plattform/", choose_platform, name="kampanj_package_platform"),
    path("skolpaket/<str:token>/titta/<slug:language>/<path:path>", preview, name="kampanj_package_preview"),
    path("skolpaket/<str:token>/<slug:channel>/<slug:language>/", download, name="kampanj_package_file"),
]
