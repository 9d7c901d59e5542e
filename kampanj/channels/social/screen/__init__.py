"""“Delningspaket” in the desk: the pictures of every language with their alt texts and captions, each file and all together."""
