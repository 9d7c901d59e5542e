"""The public address behind an invitation's link: the same in every language."""

from django.urls import path

from kampanj.distribution.invitations.page import answer_page, letter

urlpatterns = [
    path("godkann/<str:token>/", answer_page, name="kampanj_invitation"),
    path("godkann/<str:token>/brev/<slug:language>/<slug:part>/", letter, name="kampanj_invitation_letter"),
]
