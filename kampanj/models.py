"""Table of contents: every model of every room, so that Django finds them. A test compares this with the rooms."""

from kampanj.audience.models import Child, Guardian, GuardianChild, ProtectedAddress, School, SchoolContact, Segment, Suppression
from kampanj.content.help_lines.models import HelpLine
from kampanj.content.models import CampaignPage, Edition, HomePage
from kampanj.content.search.models import SearchText, SynonymGroup
from kampanj.distribution.models import Approval, ApprovedLetter, Delivery, FourEyesTask, Mailing, MailingRun
from kampanj.followup.models import Receipt
from kampanj.municipality.models import CampaignDocument, CampaignImage, CampaignRendition, SiteSettings, User

__all__ = [
    "Approval",
    "ApprovedLetter",
    "CampaignDocument",
    "CampaignImage",
    "CampaignPage",
    "CampaignRendition",
    "Child",
    "Delivery",
    "Edition",
    "FourEyesTask",
    "Guardian",
    "GuardianChild",
    "HelpLine",
    "HomePage",
    "Mailing",
    "MailingRun",
    "ProtectedAddress",
    "Receipt",
    "School",
    "SchoolContact",
    "SearchText",
    "Segment",
    "SiteSettings",
    "Suppression",
    "SynonymGroup",
    "User",
]
