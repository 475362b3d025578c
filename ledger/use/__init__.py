"""How what is held is used: answers instead of papers, masked views, marked copies."""
