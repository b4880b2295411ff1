"""Changes of state of this app, a module a subject. Views, imports, tasks and demo data go through them."""
