"""What comes in from outside as a file: what it really is, how large it may be, and what must not come along with it."""
