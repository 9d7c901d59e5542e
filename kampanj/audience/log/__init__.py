"""Who saw, imported, exported or changed what about the audience. Append-only, and without addresses in clear."""
