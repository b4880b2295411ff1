"""Invented data: what every app's `demo` module shares. Nothing here is imported by the portal while it serves."""
