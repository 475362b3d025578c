"""The re-ask detector: is a paper that an agency demands one that it can have already?"""
