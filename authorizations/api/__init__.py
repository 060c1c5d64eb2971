"""The JSON API: the same offers, steps and refusals as the pages, for programs. It imports no other door."""
