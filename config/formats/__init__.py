"""How dates and times may be written in forms, by language (Django's FORMAT_MODULE_PATH)."""
