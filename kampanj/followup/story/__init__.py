"""“Så gick det”: all that is known of a campaign as one story over time, and the figures of it that are made public."""
