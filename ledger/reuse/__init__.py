"""Reuse: is an earlier paper still good enough, and what is truly missing?"""
