"""Attacks over HTTP, generated from addresses, forms and columns: what is new is attacked without being named."""
