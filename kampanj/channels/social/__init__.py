"""The share kit: each share text as pictures for social media, with alt texts and captions; and the picture of a shared link."""
