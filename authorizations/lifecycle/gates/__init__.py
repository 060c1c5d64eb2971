"""Gates: what must hold before a step can be taken."""
