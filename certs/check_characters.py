"""The arithmetic of check characters in Chinese identifiers; nothing else is checked here.

Every function takes digits and capitals of the right length and alphabet and returns one character;
each detects any single changed character.
"""

ALPHABET_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET_31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def mod_37_36(text: str) -> str:
    """ISO 7064 MOD 37,36, as GB/T 36904 uses it over a licence identifier."""
    p = 36
    for character in text:
        s = (p + ALPHABET_36.index(character)) % 36 or 36
        p = 2 * s % 37
    return ALPHABET_36[(37 - p) % 36]


def credit_check(body: str) -> str:
    """GB 32100-2015: the last character of a credit code, of the 17 before it."""
    total = sum(ALPHABET_31.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return ALPHABET_31[-total % 31]


def organisation_check(body: str) -> str:
    """GB 11714-1997: the last character of an organisation code, of the eight before it."""
    pairs = zip(body, _ORGANISATION_WEIGHTS, strict=True)
    return "0123456789X"[-sum(ALPHABET_36.index(c) * w for c, w in pairs) % 11]


def citizen_check(body: str) -> str:
    """GB 11643-1999 (ISO 7064 MOD 11-2): the last character of a citizen id, of 17 digits."""
    total = sum(int(d) * w for d, w in zip(body, _CITIZEN_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]
