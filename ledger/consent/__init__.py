"""Consent: what may be asked, what was granted, and what the key store must see."""
