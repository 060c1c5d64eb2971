"""What the pages about a case are made of: its forms, its plan and the time line of that."""
