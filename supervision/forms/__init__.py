"""Forms of supervision, a module a part."""
