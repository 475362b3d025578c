"""Verification: nine numbered checks, the same offline and in the API."""
