"""What became of a mailing to schools, school by school: sent, fetched, which version, reminded; and what to do about it."""
