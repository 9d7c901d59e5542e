"""How the installation fares: figures for Prometheus, the desk's screen Driftläge, a mail when letters stand still."""
