"""Files at rest: sealed in segments or field by field, named by their CID."""
