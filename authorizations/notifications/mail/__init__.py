"""Delivery of messages by mail."""
