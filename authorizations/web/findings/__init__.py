"""Findings: what reviewers return with."""
