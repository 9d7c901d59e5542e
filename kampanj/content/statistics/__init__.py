"""Statistics: pasted tables, small numbers that are never shown, charts drawn here, files to download."""
