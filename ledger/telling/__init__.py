"""What a statement says, in one sentence that an officer and a citizen understand."""
