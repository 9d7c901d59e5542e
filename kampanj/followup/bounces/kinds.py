"""What an answer can mean. Everything that is neither known nor harmless waits for a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The verdict on an answer; its value is also the name of the folder that the message is moved to."""

    GONE = "gone", _("the address does not exist")
    FULL = "full", _("the mailbox is full")
    POLICY = "policy", _("the mail server does not want our letters")
    FAILED = "failed", _("did not arrive for another reason")
    DELAYED = "delayed", _("delayed; the mail server goes on trying")
    ARRIVED = "arrived", _("a receipt that it arrived")
    COMPLAINT = "complaint", _("reported as junk mail")
    OPT_OUT = "opt-out", _("unsubscribed at the mail provider")
    AUTOMATIC = "automatic", _("automatic answer")
    PERSON = "person", _("somebody has written")
    UNCLEAR = "unclear", _("could not be understood")


# The letter did not reach its reader, for good.
BOUNCES = (Kind.GONE, Kind.FULL, Kind.POLICY, Kind.FAILED)
# Who sent it no longer wants letters.
COMPLAINTS = (Kind.COMPLAINT, Kind.OPT_OUT)
# Nobody but a person can do anything about them.
FOR_A_PERSON = (Kind.PERSON, Kind.UNCLEAR)
