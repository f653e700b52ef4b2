"""Every change to groups; none commits."""
