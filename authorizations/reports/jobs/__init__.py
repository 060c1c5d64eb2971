"""Reports made in the background and on a schedule."""
