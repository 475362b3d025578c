"""Formats, keys, signatures and verdicts: pure functions over bytes, without input or output."""
