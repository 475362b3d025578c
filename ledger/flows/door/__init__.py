"""How a statement gets in: whose it is, once only; what lies sealed beside it; what things are
called."""
