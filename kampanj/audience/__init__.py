"""Who it is for: schools, guardians, segments, and who must not be written to."""
