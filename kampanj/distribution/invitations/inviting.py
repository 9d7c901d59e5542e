"""Asking somebody without an account to approve, and taking that back. The link goes to nobody but the one who is asked."""

from __future__ import annotations

import datetime as dt
import smtplib

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from kampanj.audience.identity import AddressRefused, normalise_address
from kampanj.distribution import approval, plan
from kampanj.distribution.exceptions import ApprovalRefused
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Mailing
from kampanj.municipality.keys import signer
from kampanj.municipality.models import SiteSettings, User

GOOD_FOR = dt.timedelta(days=7)
# HASH_KEY, as for the links in letters: it outlives the sessions' key.
_SALT = "kampanj.invitation"


def token_for(invitation: Invitation) -> str:
    """URL-safe signed token."""
    return signer(_SALT).sign(f"{invitation.pk}~{invitation.revision_id}")


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a token; None when it is not one of ours, or the mailing is gone."""
    try:
        key, revision = signer(_SALT).unsign(token).split("~")
    except (signing.BadSignature, ValueError):
        return None
    found = Invitation.objects.filter(pk=key, revision=revision)
    return found.select_related("mailing__campaign", "mailing__segment", "invited_by").first()


def invite(mailing: Mailing, *, name: str, email: str, by: User) -> Invitation:
    """Write to the person with a link that is good for a week and for one answer; an earlier open one to them is taken back.

    ApprovalRefused says why not; then nothing has changed.
    """
    who = " ".join(name.split())[:120]
    if not who:
        raise ApprovalRefused(_("Write the name of the person who is to approve."))
    try:
        address = normalise_address(email)
    except AddressRefused as fault:
        raise ApprovalRefused(" ".join(fault.messages)) from fault
    state = mailing.current_workflow_state
    if hasattr(mailing, "approval") or not mailing.workflow_in_progress:
        raise ApprovalRefused(_("The mailing is not waiting for approval. Send it for approval first."))
    if state.current_task_state.revision_id != mailing.latest_revision_id:
        raise ApprovalRefused(_("The mailing has been changed since it was sent for approval. Send it for approval again."))
    if is_one_of_the_authors(mailing, address) or mailbox_of(by.email) == mailbox_of(address):
        raise ApprovalRefused(_("This address belongs to somebody who has written some of this. Somebody else must approve it."))
    with transaction.atomic():
        for earlier in mailing.invitations.filter(email=address, answer=Invitation.Answer.OPEN):
            revoke(earlier, by=by)
        invitation = Invitation.objects.create(
            mailing=mailing,
            revision=mailing.latest_revision,
            name=who,
            email=address,
            invited_by=by,
            expires_at=timezone.now() + GOOD_FOR,
        )
        log(instance=mailing, action="kampanj.invite", user=by, data={"name": who})
        _send(invitation)
    return invitation


def revoke(invitation: Invitation, *, by: User) -> bool:
    """The link is good no more; False when it has been answered."""
    revoked = Invitation.objects.filter(pk=invitation.pk, answer=Invitation.Answer.OPEN).update(
        answer=Invitation.Answer.REVOKED, answered_at=timezone.now()
    )
    if revoked:
        log(instance=invitation.mailing, action="kampanj.revoke_invitation", user=by, data={"name": invitation.name})
    return bool(revoked)


def is_one_of_the_authors(mailing: Mailing, address: str) -> bool:
    """Whether the address is that of whoever asked for the approval or wrote some of what is to be approved."""
    state = mailing.current_workflow_state
    people = approval.authors(mailing) | ({state.requested_by_id} if state and state.requested_by_id else set())
    addresses = User.objects.filter(pk__in=people).exclude(email="").values_list("email", flat=True)
    return mailbox_of(address) in {mailbox_of(one) for one in addresses}


def mailbox_of(address: str) -> str:
    """The address without what many mail systems let its owner add after a plus sign; small letters, punycode."""
    try:
        address = normalise_address(address)
    except AddressRefused:
        address = address.strip().lower()
    local, _at, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _send(invitation: Invitation) -> None:
    mailing = invitation.mailing
    municipality = SiteSettings.for_site(mailing.campaign.get_site())
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "invitation": invitation,
            "sentence": plan.sentence(mailing.get_latest_revision_as_object()),
            "municipality": municipality,
            "address": municipality.absolute(reverse("kampanj_invitation", args=[token_for(invitation)])),
        }
        message = EmailMessage(
            subject=_("Please look at a mailing before it is sent: %(name)s") % {"name": mailing},
            body=render_to_string("kampanj/desk/invitations/letter.txt", words),
            to=[invitation.email],
        )
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as fault:
            raise ApprovalRefused(
                _("The invitation could not be sent, because the mail server does not answer. Try again in a while.")
            ) from fault
