"""The report of a mailing: whom it reached, what stopped the rest, and what to do about it. Figures only, never a person."""
