"""How wide texts are on paper and in charts: reckoned, rather too wide than too narrow, whichever font shows them."""

# The widths of characters as parts of the font's size, by a wide font (DejaVu Sans).
NARROW, WIDE = frozenset("ijlIJ.,:;'|!()[]/-tfr "), frozenset("mwMWQO@%&–—…")
# How much wider bold letters are.
BOLD = 1.1


def width(text: str, size: float = 1) -> float:
    """About how wide a text is, in the unit of the font's size."""
    return sum(_part(letter) for letter in text) * size


def _part(letter: str) -> float:
    if letter in NARROW:
        return 0.42
    if letter in WIDE or ord(letter) > 0x2E7F:
        return 1.05
    return 0.78 if letter.isupper() else 0.64
