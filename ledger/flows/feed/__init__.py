"""Events for those whom they concern, read from any entry or brought to them, signed."""
