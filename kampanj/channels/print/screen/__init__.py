"""“Foldern” in the desk: the pages of each format, what does not fit, and the files to download."""
