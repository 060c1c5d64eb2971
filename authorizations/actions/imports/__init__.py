"""Imports of Marketplace feeds."""
