"""Pages about the portal itself: guide, search, health."""
