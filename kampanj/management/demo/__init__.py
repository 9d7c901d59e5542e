"""The demonstration content: an invented working day in a real kind of municipality. `seed_demo` puts it in place."""
