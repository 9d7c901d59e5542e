"""The school's page: its link, what it offers, the files behind it, and the receipt that a download leaves."""
