"""Segments in the desk: the form with its live count, and why one that is used stays."""
