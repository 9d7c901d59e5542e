"""The desk's import wizard: one module for each of its pages."""
