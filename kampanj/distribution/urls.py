"""The desk's addresses for mailings and the outbox (under /admin/)."""

from django.urls import include, path

from kampanj.distribution import views
from kampanj.distribution.invitations.views import InviteView, RevokeView
from kampanj.distribution.urgent.views import ReviewAfterwardsView, SendNowView

urlpatterns = [
    path("", include("kampanj.distribution.deliveries.urls")),
    path("utskick/<int:pk>/granska/", views.ReviewView.as_view(), name="kampanj_mailing_review"),
    path("utskick/<int:pk>/bjud-in/", InviteView.as_view(), name="kampanj_mailing_invite"),
    path("utskick/<int:pk>/bjud-in/<int:invitation>/ta-tillbaka/", RevokeView.as_view(), name="kampanj_mailing_revoke"),
    path("utskick/<int:pk>/skicka-nu/", SendNowView.as_view(), name="kampanj_mailing_urgent"),
    path("utskick/<int:pk>/granska-efterat/", ReviewAfterwardsView.as_view(), name="kampanj_mailing_review_afterwards"),
    path("utskick/<int:pk>/angra/", views.UndoView.as_view(), name="kampanj_mailing_undo"),
    path("utskick/<int:pk>/brev/<slug:language>/<slug:part>/", views.LetterView.as_view(), name="kampanj_mailing_letter"),
    path(
        "utskick/<int:pk>/paminnelsebrev/<slug:language>/<slug:part>/",
        views.ReminderView.as_view(),
        name="kampanj_mailing_reminder",
    ),
    path("utskick/<int:pk>/testbrev/", views.TestLetterView.as_view(), name="kampanj_mailing_test"),
    path("utkorg/", views.OutboxView.as_view(), name="kampanj_outbox"),
    path("utkorg/<slug:box>/<str:key>/", views.CapturedLetterView.as_view(), name="kampanj_outbox_letter"),
    path("utkorg/<slug:box>/<str:key>/html/", views.CapturedHtmlView.as_view(), name="kampanj_outbox_html"),
]
