"""Every model that forbids is carried over when a backup comes back; the others are named here: they forbid nothing."""

from __future__ import annotations

from django.apps import apps

from kampanj.followup.rights.prohibitions import CARRIED

# A new model goes here, or into CARRIED: does a row of it forbid to write to somebody, or to show or do something?
FORBID_NOTHING = {
    # Who we are.
    *("CampaignDocument", "CampaignRendition", "KnownNetwork", "RoleGrant", "SiteSettings"),
    # What we say: it comes back as it was.
    *("AccessibilityStatementPage", "CampaignPage", "Edition", "HelpLine", "HelpLineReminder", "HelpLineWords", "HelpfulCount"),
    *("HomePage", "OpeningHours", "SearchText", "SynonymGroup"),
    *("LearningPlatform", "PlatformForm"),
    # Whom it is for: the next roster is the whole truth.
    *("AudienceEvent", "Child", "Guardian", "GuardianChild", "RosterImport", "RosterSource", "School", "SchoolContact"),
    *("Segment", "Topic"),
    # Getting it out: held as a whole by `distribution.restored`.
    *("Approval", "ApprovedLetter", "Canary", "Chore", "Delivery", "DomainLimit", "FanOut", "FourEyesTask", "HandoutArea"),
    *("HandoutCount", "HandoutRound", "Mailing", "MailingRun", "Meter", "SendingSettings", "Tally", "UrgentSending"),
    # What came of it.
    *("Alarm", "Answer", "Archive", "BuiltPackage", "FullMailbox", "PromisePeriodPage", "PublicFigure", "Reading", "Receipt"),
    *("RenderTime", "RetentionSettings", "Supplement", "VisitCount"),
}


def test_every_model_is_carried_or_forbids_nothing() -> None:
    models = {model.__name__ for model in apps.get_app_config("kampanj").get_models() if not model._meta.auto_created}
    assert FORBID_NOTHING & set(CARRIED) == set()
    assert models - FORBID_NOTHING == set(CARRIED)
    assert models - set(CARRIED) == FORBID_NOTHING
