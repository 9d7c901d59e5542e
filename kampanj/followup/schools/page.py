"""The school's page: what it can fetch and how to import it; and the little page where it says which platform it has.

Nothing is loaded from anywhere else. Google Classroom and Teams are ordinary links that carry the campaign's public address.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kampanj.channels.lms.models import LearningPlatform
from kampanj.content import public_forms
from kampanj.content.models import Edition
from kampanj.content.signed_pages import signed_page
from kampanj.followup.schools import offers, platform
from kampanj.followup.schools.opening import Visit, with_school

PURPOSE = "school_platform"
# From one network in an hour; nobody changes platform so often.
AN_HOUR = 60
CHANGED = "bytt"


@with_school
@require_safe
def school_package(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the school's link opens."""
    return signed_page(
        request,
        "kampanj/web/school/page.html",
        visit=visit,
        school=visit.school,
        edition=visit.edition,
        campaign=visit.edition.campaign,
        offers=offers.laid_for(visit),
        share=_share(visit.edition),
        was_changed=CHANGED in request.GET,
        own_language=settings.LANGUAGE_CODE,
    )


def _share(edition: Edition) -> dict[str, str]:
    """The campaign's public address and the two ways of sharing it; empty when nobody can read it on the web."""
    if not edition.page.live or edition.page.is_gone:
        return {}
    return {
        "address": edition.web_url,
        "classroom": f"https://classroom.google.com/share?{urlencode({'url': edition.web_url})}",
        "teams": f"https://teams.microsoft.com/share?{urlencode({'href': edition.web_url})}",
    }


@public_forms.public_form
@with_school
def choose_platform(request: HttpRequest, visit: Visit) -> HttpResponse:
    """GET shows the platforms; POST takes the choice and leads back to the page."""
    if request.method != "POST":
        return _choice(request, visit)
    guarded = public_forms.guard(request, PURPOSE)
    refusal = guarded.refusal or (None if guarded.subject == visit.school.pk else public_forms.Refusal.FOREIGN)
    if refusal is None and public_forms.is_one_too_many(request, PURPOSE, an_hour=AN_HOUR):
        refusal = public_forms.Refusal.TOO_MANY
    if refusal is not None or guarded.is_robot:
        refused = refusal or public_forms.Refusal.FOREIGN
        return _choice(request, visit, fault=refused.sentence, status=refused.status)
    chosen = LearningPlatform.objects.filter(pk=request.POST.get("platform", "").replace("\0", "")[:100]).first()
    if chosen is None:
        return _choice(request, visit, fault=_("Choose one of the platforms in the list."), status=422)  # for readers
    platform.choose(visit.school, chosen)
    return redirect(f"{reverse('kampanj_package', args=[visit.token])}?{CHANGED}")


def _choice(request: HttpRequest, visit: Visit, *, fault: str = "", status: int = 200) -> HttpResponse:
    response = signed_page(
        request,
        "kampanj/web/school/platform.html",
        status=status,
        visit=visit,
        school=visit.school,
        platforms=sorted(LearningPlatform.objects.all(), key=lambda one: (not one.is_named, one.name.lower())),
        chosen=request.POST.get("platform") or visit.school.platform_id,
        fault=fault,
        token=public_forms.new_token(PURPOSE, visit.school.pk),
        own_language=settings.LANGUAGE_CODE,
    )
    # Without it a browser that sends no Fetch Metadata would not say either where the choice comes from.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
