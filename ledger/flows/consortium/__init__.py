"""What the consortium decides, and what it has decided: proposals, votes, agencies over time."""
