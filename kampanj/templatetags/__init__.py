"""Template tags that every channel's faces share."""
