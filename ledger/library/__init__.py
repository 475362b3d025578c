"""Filling the library: an issuer's list of a day against what is held, pure."""
