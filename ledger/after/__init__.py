"""What follows once a paper was used: whom its ending touches, and what each then owes. Pure."""
