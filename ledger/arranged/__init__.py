"""What is arranged in place of a paper: another agency's answer, a holder's commitment."""
