"""Who may open what: every view of the URL conf, by name. A view that no line matches fails the test: say whom it is for.

The letters are the roles' first ones (ROLES); superusers may open everything that there is. Where a letter is missing the answer
must be a refusal, or that there is nothing there. EVERYBODY is for readers without an account; what is secret there is signed.
"""

from __future__ import annotations

import re

EVERYBODY = "*"
DESK = "KGMD"
NOBODY = ""
# A role of the desk → its letter.
LETTERS = {"Kommunikatör": "K", "Godkännare": "G", "Målgruppsansvarig": "M", "Driftansvarig": "D"}

# Regular expressions on the whole name; the first that matches counts.
AUDIENCE: tuple[tuple[str, str], ...] = (
    # --- Readers ---------------------------------------------------------------------------------------------------
    (r"robots|sitemap|colour_sheet|site_search|helpful|helpful_thanks|event_calendar|statistics_file|file_below_page", EVERYBODY),
    (r"wagtail_serve|wagtaildocs_serve|config\.media\.serve_media|film_file|film_captions|ung_send_viewpoint", EVERYBODY),
    (r"kampanj_unsubscribe|kampanj_package(_platform|_preview|_file)?|kampanj_invitation(_letter)?", EVERYBODY),
    (r"wagtail(core|docs)_authenticate_with_password|wagtailcore_login", EVERYBODY),
    (r"wagtailadmin_(login|logout|sprite|javascript_catalog)|wagtailadmin_password_reset.*", EVERYBODY),
    (r"account_login|kampanj_handout_phone(_correct)?|kampanj_metrics", EVERYBODY),
    # --- Everybody with an account: their own account ----------------------------------------------------------------
    (r"account_(reauthenticate|logout)|mfa_.*|kampanj_(own_account|sign_out_elsewhere|operations|operations_json)", DESK),
    # --- Everybody with an account: frames, menus, choosers of what readers see anyway -----------------------------------
    (r"wagtailadmin_(home|account|dismissibles|error_test|tag_.*|choose_page.*|block_preview)", DESK),
    (r"wagtail_bulk_action|wagtailadmin_(api|editing_sessions):.*", DESK),
    (r"django\.views\.generic\.base\.view|wagtail\.admin\.views\.home\.default", DESK),
    (r"wagtailembeds:.*|wagtail(docs|images)_chooser:(?!create).*|wagtailmedia:(chooser|chooser_typed)", DESK),
    (r"wagtailsearchpromotions:(chooser|chooserresults)|wagtailadmin_reports:site_history.*", DESK),
    (r"wagtail_localize:(javascript_catalog|translations_report.*|snippets_api_.*|edit_string_translation|edit_override)", DESK),
    (r"wagtailsnippetchoosers_kampanj_(topic|helpline|learningplatform|synonymgroup):(?!create).*", DESK),
    (r"wagtailsnippets:index", NOBODY),
    # --- Pages -----------------------------------------------------------------------------------------------------
    (r"wagtailadmin_pages:(add|preview_on_add|add_subpage|delete|set_page_position|lock|unlock)", "K"),
    (r"wagtailadmin_reports:locked_pages.*", "K"),
    (r"wagtailadmin_pages:(move_confirm|workflow_action|collect_workflow_action_data|confirm_workflow_cancellation)", DESK),
    (r"wagtailadmin_pages:revisions_index", DESK),
    (r"wagtailadmin_(pages:.*|explore.*)|wagtailadmin_reports:.*", "KG"),
    (r"wagtailadmin_workflows:task_cho.*", DESK),
    (r"wagtailadmin_workflows:.*|wagtailadmin_collections:.*", NOBODY),
    (r"wagtail_localize:(submit_.*|update_translations)", "K"),
    (r"wagtail_localize:.*", "KG"),
    # --- Pictures, documents, films --------------------------------------------------------------------------------
    (r"kampanj_media_(file|captions)", "KG"),
    (r"wagtail(images|docs|media):.*|wagtail(docs|images)_chooser:create", "K"),
    # --- What the municipality is ----------------------------------------------------------------------------------
    (r"wagtailsettings:.*", "KMD"),
    (r"wagtailusers_users:(index|index_results|add|edit|copy|usage|history|history_results)", "D"),
    (r"wagtailusers_.*|wagtailsites:.*", NOBODY),
    (r"wagtaillocales:(add|index|index_results|history|history_results)", "K"),
    (r"wagtaillocales:.*", NOBODY),
    (r"wagtailsearchpromotions:search_terms.*", NOBODY),
    (r"wagtail(redirects|searchpromotions):.*", "K"),
    # --- Campaigns' files ------------------------------------------------------------------------------------------
    (r"kampanj_(packages|packages_file|folder.*|share.*)", "KG"),
    (r"kampanj_story_publish", "KG"),
    (r"kampanj_story.*", "KGMD"),
    (r"kampanj_handouts?|kampanj_handout_(paper|file)", "KG"),
    (r"kampanj_handout_.*", "K"),
    (r"wagtailsnippets_kampanj_handoutround:(list|list_results|history|history_results|usage)", "KG"),
    (r"wagtailsnippets_kampanj_handoutround:.*", "K"),
    # --- Mailings --------------------------------------------------------------------------------------------------
    (r"kampanj_mailing_new_version", "K"),
    (r"kampanj_mailing_urgent", "G"),
    (r"kampanj_mailing_(invite|revoke|test|school_link|undo)", "KG"),
    (r"kampanj_mailing_(reports.*|report.*|follow|progress|review|review_afterwards|letter|reminder|schools)", "KGMD"),
    (r"kampanj_deliver(y|ies.*)|kampanj_outbox.*", "KGMD"),
    (r"kampanj_(archive|supplement)_download", "KM"),
    (r"kampanj_archives|kampanj_(archive|supplement)_check", "KMD"),
    (r"kampanj_answer.*", "K"),
    (r"wagtailsnippets_kampanj_mailing:(list|list_results)|wagtailsnippetchoosers_kampanj_mailing:(?!create).*", "KGMD"),
    (r"wagtailsnippets_kampanj_mailing:(add|copy|delete|preview_on_add|lock|unlock)", "K"),
    (r"wagtailsnippetchoosers_kampanj_mailing:create", "K"),
    (r"wagtailsnippets_kampanj_mailing:(.*workflow_action.*|confirm_workflow_cancellation|workflow_preview)", DESK),
    (r"wagtailsnippets_kampanj_mailing:(unpublish|revisions_unschedule)", NOBODY),
    (r"wagtailsnippets_kampanj_mailing:.*", "KG"),
    # --- Whom letters are for ----------------------------------------------------------------------------------------
    (r"kampanj_segment_reach", "K"),
    (r"wagtailsnippets_kampanj_segment:(list|list_results)|wagtailsnippetchoosers_kampanj_segment:(?!create).*", "KGM"),
    (r"wagtailsnippets?(choosers)?_kampanj_segment:.*", "K"),
    (r"wagtailsnippets_kampanj_school:(list|list_results)|wagtailsnippetchoosers_kampanj_school:(?!create).*", "KGM"),
    (r"wagtailsnippets?(choosers)?_kampanj_(school|learningplatform):.*", "KM"),
    (r"wagtailsnippets_kampanj_topic:(list|list_results)", "KM"),
    (r"wagtailsnippets?(choosers)?_kampanj_topic:.*", "K"),
    (r"kampanj_overview:.*|kampanj_guardians:.*", "KM"),
    (r"kampanj_imports:(new|fetch|undo|discard|columns)", "KMD"),
    (r"kampanj_imports:.*", "KMD"),
    (r"kampanj_suppressions:.*", "KM"),
    (r"kampanj_audience_log.*|kampanj_extract|kampanj_erase|kampanj_retention|kampanj_protected", "M"),
    # --- What readers meet -----------------------------------------------------------------------------------------
    (r"wagtailsnippets_kampanj_helpline:(list|list_results)", "KG"),
    (r"wagtailsnippets?(choosers)?_kampanj_(helpline|synonymgroup):.*|kampanj_help_line.*|helpful_report.*", "K"),
    (r"wagtailsnippets_ung_viewpoint:(list|list_results)", "KG"),
    (r"wagtailsnippets_ung_viewpoint:add", NOBODY),
    (r"wagtailsnippets_ung_viewpoint:.*|ung_decide_viewpoint", "K"),
)  # fmt: skip

# Views whose address cannot be put together here, with where they are asked instead.
ASKED_ELSEWHERE = {
    "wagtaildocs_serve": "test_headers, test_upload_attacks",
    "config.media.serve_media": "test_headers, test_upload_attacks",
    "event_calendar": "tests/content/test_calendar.py",
    "statistics_file": "tests/content/statistics",
    "file_below_page": "tests/ung/test_activities.py",
    "wagtail_serve": "test_headers, tests/web",
    "django.views.generic.base.view": "Wagtail's own page for 404",
    "wagtail.admin.views.home.default": "test_headers",
}
# What takes seconds to make is not made once more for whoever may have it; who may not is refused all the same.
TAKES_SECONDS = re.compile(
    r"kampanj_(folder|share|packages_file|story_file|mailing_report_file|mailing_review$|mailing_urgent).*"
)
# Wagtail's own views that answer 500: one on purpose, one to a form that nobody can send (an import without its file).
FAILS = {"wagtailadmin_error_test", "wagtailredirects:process_import"}


def audience_of(name: str) -> str | None:
    """The letters of those who may open the view; None when nobody has said."""
    return next((letters for pattern, letters in AUDIENCE if re.fullmatch(pattern, name)), None)
