"""Each recipient's row for those who follow a mailing: how it goes, the list, what is held, what can be sent again."""
