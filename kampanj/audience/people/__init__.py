"""Guardians in the desk: who they are without saying it, and how many there are where."""
