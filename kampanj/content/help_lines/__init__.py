"""The register of help lines: numbers, chats and sites, when they answer, and when somebody last checked them."""
