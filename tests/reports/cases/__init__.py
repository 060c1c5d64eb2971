"""The status of a case."""
