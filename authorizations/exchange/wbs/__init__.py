"""Work breakdown structures: the plans of initial cases."""
