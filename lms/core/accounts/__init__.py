"""People: joining with a code, signing in, recovery, roles, what is held about them."""
