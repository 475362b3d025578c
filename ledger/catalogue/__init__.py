"""The catalogue: agencies, licence types, material kinds and service items, as checked data."""
