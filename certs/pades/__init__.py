"""The seal on a layout file: one revision, one signature, everything covered."""
