"""What is counted of reuse, and when somebody is to look: sums and rules, nothing personal."""
