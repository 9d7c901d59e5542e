"""Two stores: public (pictures and documents, under MEDIA_URL) and private (served only by views that check)."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Where rosters, packages and approved letters lie: never under MEDIA_URL."""
    return storages["private"]
