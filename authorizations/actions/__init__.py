"""Verbs: the only writers. One verb is one function; each walks through the door and leaves a record."""
