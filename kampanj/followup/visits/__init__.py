"""Visits through our own links, as numbers per entrance and day: no reader, no time of day, nothing kept at the reader's."""
