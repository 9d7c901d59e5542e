"""Entrances: links to our own pages from a letter or from paper, marked so that visits can be counted for all readers together.

`?via=brev-12` says which mailing's letter a link stood in, and nothing about whose letter it was: every recipient's is the same.
Whoever writes such a link, on paper too, takes the mark from here; `followup/visits` counts.
"""

from __future__ import annotations

import re

PARAMETER = "via"
# A kind and what distinguishes one of it, in parts of small letters and digits. Longer than any of ours is nobody's.
LONGEST = 40
MARK = re.compile(r"[a-z]{1,12}(?:-[a-z0-9]{1,24}){1,3}")

# The folder's code, by format and campaign, and the links that a campaign's share texts are posted with.
FOLDER, SHARED = "folder", "delning"


def folder_mark(form: str, campaign_id: int) -> str:
    """The mark of a folder's links; `campaign_id` is the campaign's page in the folder's language."""
    return f"{FOLDER}-{form}-{campaign_id}"


def share_mark(campaign_id: int) -> str:
    """The mark of the links in share texts' captions; `campaign_id` is the campaign's page in their language."""
    return f"{SHARED}-{campaign_id}"


def is_mark(written: str) -> bool:
    """Whether this could be an entrance's mark; whether there is such an entrance is another question."""
    return len(written) <= LONGEST and MARK.fullmatch(written) is not None


def marked(mark: str) -> str:
    """What follows a page's address when the link stands in this entrance: `?via=…`. ValueError for what is no mark."""
    if not is_mark(mark):
        raise ValueError(f"Not an entrance's mark: {mark}")
    return f"?{PARAMETER}={mark}"
