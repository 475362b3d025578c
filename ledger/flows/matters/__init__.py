"""Cases and their plans: what is found, handed in, arranged, demanded; the catalogue."""
