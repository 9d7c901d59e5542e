"""Table of contents: what every room adds to the desk."""
