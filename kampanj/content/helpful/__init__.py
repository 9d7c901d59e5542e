"""“Did this page help you?”: two numbers for each page, and nothing about who answered."""
