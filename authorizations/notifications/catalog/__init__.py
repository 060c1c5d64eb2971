"""Who is told of which act, and in which words."""
