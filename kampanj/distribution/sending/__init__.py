"""How and when letters may leave: limits of speed, hours, the first few, and what happens after a standstill."""
