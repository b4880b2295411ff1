"""Changes of state in supervision."""
