"""The floor the machines are on: steps with their gates as data, and what to say of them. Pure."""
