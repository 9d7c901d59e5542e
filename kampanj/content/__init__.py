"""What we say: pages, blocks, help lines, and the Edition that freezes them."""
