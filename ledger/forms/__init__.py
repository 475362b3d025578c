"""Forms: which of their fields need not be typed again, and where each comes from."""
