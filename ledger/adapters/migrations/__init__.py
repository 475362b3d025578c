"""Numbered SQL scripts, ``NNNN_what.sql``, applied once each in order; never edited later."""
