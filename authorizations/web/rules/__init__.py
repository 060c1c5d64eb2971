"""Releases of the rules, and their texts."""
