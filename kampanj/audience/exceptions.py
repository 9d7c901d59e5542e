"""Why a roster cannot be read in. Each message is one translated sentence or two that say what to do."""


class RosterRefused(Exception):
    """The whole file or its import is refused, and nothing has been changed."""
