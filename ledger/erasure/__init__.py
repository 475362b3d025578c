"""Erasure on request: what archives law and running matters allow, and what then goes."""
