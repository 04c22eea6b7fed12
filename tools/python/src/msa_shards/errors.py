import unicodedata

# Marks and overrides that turn the direction of text, and the separators of lines and paragraphs.
_HARMFUL = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def printable(text):
    """The text with escapes (`\\u{1B}`, as msa's programs show them) for what would harm a terminal."""
    return "".join(f"\\u{{{ord(c):X}}}" if c in _HARMFUL or unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


class ShardError(ValueError):
    """Something that was read is not what it should be; the message names the file and the place in it."""

    def __init__(self, message):
        super().__init__(printable(message))
