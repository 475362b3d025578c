"""``mianti conform``: a JSON question a line, an answer a line, by the product's own functions."""
