"""Corrections of published fields: proposing, deciding, the list."""
