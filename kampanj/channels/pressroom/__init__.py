"""The drawing room that every PDF comes from: a process of its own, our fonts, and what it answers of what it has laid out."""
