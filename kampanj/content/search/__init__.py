"""Finding pages: a search that knows synonyms and remembers nothing."""
