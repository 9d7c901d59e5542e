"""“Skolpaketen” in the desk: what can be made of a campaign, what cannot and why, and each file to try."""
