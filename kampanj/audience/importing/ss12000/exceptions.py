"""Why a fetch stops. Messages name endpoints, fields and settings, never a value that was sent or received."""

from __future__ import annotations

import enum

from kampanj.audience.exceptions import RosterRefused


class Reason(enum.StrEnum):
    """What kind of stop it is: the operator is told once a night of each."""

    SETTINGS = "settings"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    ANSWER = "answer"
    IMPORT = "import"
    BRAKE = "brake"


class FetchStopped(RosterRefused):
    """The school system's roster could not be fetched whole; nothing has been changed."""

    def __init__(self, message: str, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason


class EndpointMissing(FetchStopped):
    """The school system does not have this endpoint; the standard leaves most of them to each system."""
