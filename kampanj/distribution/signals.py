"""What this room tells rooms that it does not know."""

from django.dispatch import Signal

# Sent within the transaction that ends the row as failed, with `delivery_id` (int): the mail server calls the mailbox full.
mailbox_was_full = Signal()

# Sent by the first tick after more than STALL_MINUTES without any, with `since` (aware datetime): when the last one was.
clock_stood_still = Signal()
