"""Approval by somebody without an account: a named person, a signed link, one answer."""
