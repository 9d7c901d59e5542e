"""What the last screen before sending tells: whom it reaches, what has changed, and who else has written to them."""
