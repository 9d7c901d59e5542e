"""What came of it: unsubscribes and receipts."""
