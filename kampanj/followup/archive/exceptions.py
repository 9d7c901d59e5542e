"""What this room refuses."""


class ArchiveStays(Exception):
    """An archive is a record: it is neither changed nor deleted."""
