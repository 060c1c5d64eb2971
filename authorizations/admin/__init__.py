"""The admin of the PMO, on Django admin: it reads, and writes only by calling verbs."""
