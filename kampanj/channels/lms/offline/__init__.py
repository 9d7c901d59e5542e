"""The campaign as a ZIP that is opened from disk: `index.html`, no network, no server, nothing installed."""
