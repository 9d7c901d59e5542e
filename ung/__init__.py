"""The youth pages (/ung): page types that reuse content's blocks."""
