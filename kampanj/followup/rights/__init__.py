"""The rights of the people in the register: extract (art. 15), erasure (art. 17), and retention (art. 5.1 e)."""
