"""The trust list: what a verifier takes for granted, signed by k of n pinned roots."""
