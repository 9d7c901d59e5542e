"""Addresses under /admin/ before anybody is signed in, and those of one's own account. Sign-in services only when set up."""

from __future__ import annotations

from allauth.account.views import logout, reauthenticate
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST

from kampanj.municipality.identity import oidc, views

login = views.LoginView.as_view()

urlpatterns: list[URLPattern | URLResolver] = [
    # Two names: Wagtail's and django-allauth's.
    path("login/", login, name="wagtailadmin_login"),
    path("login/", login, name="account_login"),
    path("logout/", views.LogoutView.as_view(), name="wagtailadmin_logout"),
    path("password_reset/", views.PasswordResetView.as_view(), name="wagtailadmin_password_reset"),
    path("konto/", views.own_account, name="kampanj_own_account"),
    path("konto/logga-ut-overallt/", views.sign_out_elsewhere, name="kampanj_sign_out_elsewhere"),
    path("konto/bekrafta/", reauthenticate, name="account_reauthenticate"),
    path("konto/avbryt/", require_POST(logout), name="account_logout"),
    path("konto/tvasteg/webauthn/keys/<int:pk>/remove/", views.RemoveKeyView.as_view(), name="mfa_remove_webauthn"),
    path("konto/tvasteg/", include("allauth.mfa.urls")),
]

if "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS:
    urlpatterns += [
        path("inloggning/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
        path("inloggning/<slug:provider_id>/svar/", oidc.callback, name="openid_connect_callback"),
        path("inloggning/<slug:provider_id>/ut/", oidc.sign_out, name="kampanj_oidc_sign_out"),
    ]

if "saml" in settings.SOCIALACCOUNT_PROVIDERS:
    from kampanj.municipality.identity import saml

    urlpatterns += [
        path("inloggning/saml/<slug:organization_slug>/login/", saml.login, name="saml_login"),
        path("inloggning/saml/<slug:organization_slug>/acs/finish/", saml.finish, name="saml_finish_acs"),
        path("inloggning/", include("allauth.socialaccount.providers.saml.urls")),
    ]
