"""Home pages, one for each side."""
