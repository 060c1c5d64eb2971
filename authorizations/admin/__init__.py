"""The PMO's desk on Django admin: it reads, and writes only by calling verbs."""
