"""Table of contents: every model of every room, so that Django finds them. A test compares this with the rooms."""

from kampanj.audience.importing.models import RosterImport, RosterSource
from kampanj.audience.log.models import AudienceEvent
from kampanj.audience.models import (
    Child,
    Guardian,
    GuardianChild,
    ProtectedAddress,
    ProtectedIdentity,
    School,
    SchoolContact,
    Segment,
    Suppression,
    Topic,
)
from kampanj.channels.lms.models import LearningPlatform, PlatformForm
from kampanj.content.accessibility.models import AccessibilityStatementPage
from kampanj.content.help_lines.models import HelpLine, HelpLineReminder, HelpLineWords, OpeningHours
from kampanj.content.helpful.models import HelpfulCount
from kampanj.content.models import CampaignPage, Edition, HomePage
from kampanj.content.search.models import SearchText, SynonymGroup
from kampanj.distribution.handout.models import HandoutArea, HandoutCount, HandoutRound
from kampanj.distribution.invitations.models import Invitation
from kampanj.distribution.models import Approval, ApprovedLetter, Delivery, FourEyesTask, Mailing, MailingRun
from kampanj.distribution.sending.models import (
    Canary,
    Chore,
    DomainLimit,
    FanOut,
    Meter,
    SendingSettings,
    Tally,
)
from kampanj.distribution.urgent.models import UrgentSending
from kampanj.followup.archive.models import Archive, Supplement
from kampanj.followup.bounces.models import Answer, FullMailbox
from kampanj.followup.models import Receipt
from kampanj.followup.operations.models import Alarm, Reading, RenderTime
from kampanj.followup.promises.models import PromisePeriodPage
from kampanj.followup.rights.models import RetentionSettings
from kampanj.followup.schools.models import BuiltPackage, SchoolLink
from kampanj.followup.story.models import PublicFigure
from kampanj.followup.visits.models import VisitCount
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import (
    CampaignDocument,
    CampaignImage,
    CampaignRendition,
    KnownNetwork,
    RoleGrant,
    SiteSettings,
    User,
)

__all__ = [
    "AccessibilityStatementPage",
    "Alarm",
    "Answer",
    "Approval",
    "ApprovedLetter",
    "Archive",
    "AudienceEvent",
    "BuiltPackage",
    "CampaignDocument",
    "CampaignImage",
    "CampaignMedia",
    "CampaignPage",
    "CampaignRendition",
    "Canary",
    "Child",
    "Chore",
    "Delivery",
    "DomainLimit",
    "Edition",
    "FanOut",
    "FourEyesTask",
    "FullMailbox",
    "Guardian",
    "GuardianChild",
    "HandoutArea",
    "HandoutCount",
    "HandoutRound",
    "HelpLine",
    "HelpLineReminder",
    "HelpLineWords",
    "HelpfulCount",
    "HomePage",
    "Invitation",
    "KnownNetwork",
    "LearningPlatform",
    "Mailing",
    "MailingRun",
    "Meter",
    "OpeningHours",
    "PlatformForm",
    "PromisePeriodPage",
    "ProtectedAddress",
    "ProtectedIdentity",
    "PublicFigure",
    "Reading",
    "Receipt",
    "RenderTime",
    "RetentionSettings",
    "RoleGrant",
    "RosterImport",
    "RosterSource",
    "School",
    "SchoolContact",
    "SchoolLink",
    "SearchText",
    "Segment",
    "SendingSettings",
    "SiteSettings",
    "Supplement",
    "Suppression",
    "SynonymGroup",
    "Tally",
    "Topic",
    "UrgentSending",
    "User",
    "VisitCount",
]
