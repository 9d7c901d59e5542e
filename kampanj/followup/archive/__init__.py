"""The archive: one ZIP per mailing, written when the mailing has ended, never changed, and checked."""
