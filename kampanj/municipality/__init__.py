"""Who we are: people with roles, the municipality's settings, pictures and documents with their rights, storage."""
