"""The pages of steps."""
