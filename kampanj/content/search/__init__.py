"""Search: the public pages' words in the database's own index, found in their forms, by their beginnings and by synonyms."""
