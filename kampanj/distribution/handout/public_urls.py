"""The public addresses behind a round sheet's code: the same in every language."""

from django.urls import path

from kampanj.distribution.handout.page import correct_page, count_page

urlpatterns = [
    path("utdelning/<str:token>/", count_page, name="kampanj_handout_phone"),
    path("utdelning/<str:token>/ratta/<int:entry>/", correct_page, name="kampanj_handout_phone_correct"),
]
