"""The desk's addresses for following a mailing and its deliveries (under /admin/)."""

from django.urls import path

from kampanj.distribution.deliveries import again, follow, views

urlpatterns = [
    path("utskick/<int:pk>/folj/", follow.FollowView.as_view(), name="kampanj_mailing_follow"),
    path("utskick/<int:pk>/lage.json", follow.ProgressView.as_view(), name="kampanj_mailing_progress"),
    path("utskick/<int:pk>/leveranser/", views.DeliveryListView.as_view(), name="kampanj_deliveries"),
    path("utskick/<int:pk>/leveranser/<int:row>/", views.DeliveryView.as_view(), name="kampanj_delivery"),
    path("utskick/<int:pk>/leveranser/ovissa/", again.HeldView.as_view(), name="kampanj_deliveries_held"),
    path("utskick/<int:pk>/leveranser/skicka-igen/", again.RetryView.as_view(), name="kampanj_deliveries_retry"),
]
