"""What the municipality and others have promised for a year or two, and what came of it (medborgarlöfte)."""
