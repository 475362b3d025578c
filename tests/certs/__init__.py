"""Tests of the certs package."""
