"""Messages and notification preferences."""
