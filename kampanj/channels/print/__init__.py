"""The folder on paper: formats, the panels on them, and two makings of each, for screens and for the printer."""
