"""Films and sound: the files with their captions and rights, kept in private storage and served by views that check."""
