"""Why the audience's room says no. Each message is one translated sentence or two that say what to do."""


class RosterRefused(Exception):
    """The whole file or its import is refused, and nothing has been changed."""


class VanishingStopped(RosterRefused):
    """The brake: so many would vanish that somebody must say that it is meant. Nothing has been changed."""


class LogIsAppendOnly(TypeError):
    """The audience's log can be written and read, never changed."""
