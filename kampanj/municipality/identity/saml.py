"""SAML 2.0 Web Browser SSO through django-allauth and python3-saml, with one page for whatever goes wrong.

Signed assertions only, only as the answer to a question of ours, and each answer once: allauth takes the question's id out of
the session when it is answered. Included in the addresses only when the service is set up and python3-saml is installed.
"""

from __future__ import annotations

import logging

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml import views
from allauth.socialaccount.providers.saml.utils import get_app_or_404
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from lxml.etree import LxmlError
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError

logger = logging.getLogger(__name__)
# What python3-saml raises for words that are no SAML: its own, base64's and lxml's faults, and those of its own carelessness.
UNREADABLE = (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, LxmlError, ValueError, OSError, AttributeError, TypeError)


def finish(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Read the service's answer; one that answers no question of this session is refused as any other fault."""
    try:
        return views.finish_acs(request, organization_slug=organization_slug)
    except (PermissionDenied, *UNREADABLE) as fault:
        logger.warning("A SAML answer was refused: %s", type(fault).__name__)
        provider = get_app_or_404(request, organization_slug).get_provider(request)
        return render_authentication_error(request, provider, exception=fault)


def login(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Off to the service; a page that says so when its metadata cannot be read."""
    try:
        return views.login(request, organization_slug=organization_slug)
    except UNREADABLE as fault:
        logger.warning("The SAML metadata cannot be used: %s", type(fault).__name__)
        provider = get_app_or_404(request, organization_slug).get_provider(request)
        return render_authentication_error(request, provider, exception=fault)
