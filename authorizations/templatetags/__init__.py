"""Formatting for templates; it decides nothing."""
