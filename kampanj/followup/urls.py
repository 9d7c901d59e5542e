"""Addresses behind signed links: no language prefix, the link says which language."""

from django.urls import path

from kampanj.followup.receipts import download, school_package
from kampanj.followup.unsubscribe import unsubscribe

urlpatterns = [
    path("avregistrera/<str:token>/", unsubscribe, name="kampanj_unsubscribe"),
    path("skolpaket/<str:token>/", school_package, name="kampanj_package"),
    path("skolpaket/<str:token>/<slug:channel>/<slug:language>/", download, name="kampanj_package_file"),
]
