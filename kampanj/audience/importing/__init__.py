"""Rosters in: read, check, compare, apply."""
