"""Proving the audit log: verifying it, anchoring it elsewhere, and handing it out so that others can check it."""
