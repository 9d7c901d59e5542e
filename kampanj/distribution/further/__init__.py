"""Further letters to schools that a mailing has reached: a reminder, and the notice of a new version.

Each is a mailing that follows another, with an approval, letters, a run and deliveries of its own: whatever holds for letters
holds for these. Only the choice of schools is somebody else's: the room that knows receipts hands it in at start.
"""
