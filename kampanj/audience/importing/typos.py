"""Probable slips in the domains of well-known mail services: a hint for whoever reads, never a fault.

A name is taken for a slip of a known one when one letter is missing, doubled, wrong or swapped with its neighbour, but never
in the first place, where real services differ (gmail, ymail, email). Short names are not guessed at.
"""

from __future__ import annotations

from functools import lru_cache

# The endings that each service has; the first is the likeliest.
SERVICES: dict[str, tuple[str, ...]] = {
    "gmail": ("com",),
    "googlemail": ("com",),
    "icloud": ("com",),
    "hotmail": ("com", "se"),
    "outlook": ("com", "se"),
    "yahoo": ("com", "se"),
    "live": ("com", "se"),
    "telia": ("com", "se"),
    "comhem": ("se",),
    "bredband": ("net",),
    "bredband2": ("com",),
    "glocalnet": ("net",),
    "protonmail": ("com",),
    "swipnet": ("se",),
    "passagen": ("se",),
    "bahnhof": ("se",),
}
OTHERS_OWN = frozenset({"gail.com", "yaho.com"})
# These have one ending; at the others only an ending that nobody has is a slip.
HAVE_ONE_ENDING = frozenset({"gmail", "icloud"})
SLIPS = frozenset({"cmo", "con", "comm", "coom", "cim", "cpm", "vom", "xom", "ocm", "om", "cm", "co", "c", "sw", "sr", "see"})
# In names this short no other letter is taken for a slip than one that stands beside it.
SHORT = 5


@lru_cache(maxsize=10_000)
def likely_domain(domain: str) -> str:
    """The well-known domain that `domain` (lower case, ASCII) seems to be a slip of, or an empty string."""
    name, dot, ending = domain.rpartition(".")
    if not dot or "." in name or domain in OTHERS_OWN:
        return ""
    if name in SERVICES:
        return "" if _may_end(name, ending) else f"{name}.{_nearest_ending(name, ending)}"
    for service in SERVICES:
        if len(service) >= SHORT and _is_slip(name, service):
            return f"{service}.{_nearest_ending(service, ending)}"
    return ""


def _may_end(service: str, ending: str) -> bool:
    if ending in SERVICES[service]:
        return True
    return service not in HAVE_ONE_ENDING and ending not in SLIPS


def _nearest_ending(service: str, ending: str) -> str:
    return ending if ending in SERVICES[service] else SERVICES[service][ending.startswith("s") and len(SERVICES[service]) > 1]


def _is_slip(name: str, service: str) -> bool:
    if name[:1] != service[:1]:
        return False
    if len(name) == len(service):
        wrong = [place for place, (mine, theirs) in enumerate(zip(name, service, strict=True)) if mine != theirs]
        if len(wrong) == 1:
            return len(service) > SHORT or name[wrong[0]] in service[wrong[0] - 1 : wrong[0] + 2 : 2]
        is_swap = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return is_swap and name[wrong[0]] == service[wrong[1]] and name[wrong[1]] == service[wrong[0]]
    shorter, longer = sorted((name, service), key=len)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(longer))
    )
