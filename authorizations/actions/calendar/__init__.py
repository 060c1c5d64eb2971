"""Deadlines, and what is recorded of them."""
