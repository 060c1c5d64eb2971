"""What the page of a case is made of: its path, what can happen, its facts, its history."""
