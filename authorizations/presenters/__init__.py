"""What the doors have in common: how a step is asked for and taken, what stands in its way, and how history is told."""
