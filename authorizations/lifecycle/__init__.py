"""The floor the machines stand on: steps with their gates as data, and what to say of them. Pure."""
