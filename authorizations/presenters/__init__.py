"""What the doors have in common: how a step is asked for and taken, what blocks it, and how history is told."""
