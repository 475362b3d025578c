"""The log's formats: trees, checkpoints, receipts, tiles, statements and their entries."""
