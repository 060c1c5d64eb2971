"""What people are told: the catalog of messages."""
