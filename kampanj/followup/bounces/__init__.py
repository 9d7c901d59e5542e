"""What comes back for letters that were sent: bounces, complaints, automatic answers, and people's own words."""
