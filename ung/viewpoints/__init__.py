"""“Tyck till”: what pupils think of their school's surroundings, anonymous, read by somebody before it is shown, and answered."""
