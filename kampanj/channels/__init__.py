"""How it looks: one module per channel, each `render(edition) -> tuple[Artifact, ...]`."""
