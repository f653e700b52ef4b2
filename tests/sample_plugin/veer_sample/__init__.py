"""A plugin from outside: one of everything a plugin can bring."""
