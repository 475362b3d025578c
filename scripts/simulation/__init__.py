"""A synthetic city over years, through the real flows (``scripts/simulate``)."""
