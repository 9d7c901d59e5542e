"""Getting it out: mailings, approval, the clock, the pump, the wire."""
