"""What this room tells rooms that it does not know."""

from django.dispatch import Signal

# Sent within the transaction that protects, with `address_keys` (a frozenset of str): no letter may leave to any of them.
addresses_protected = Signal()
# Sent within the transaction that erases a person, with `address_key` (str).
address_erased = Signal()
