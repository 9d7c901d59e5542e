"""Rosters in: read (formats, columns, rows), judge (protection, settling), compare and apply (stored, difference, importer).

The steps from bytes to rows touch no guardian in the database and take most of the time; from there on everything happens
in one transaction (`importer`).
"""
