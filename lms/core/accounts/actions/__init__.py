"""Every change to accounts: one function is one complete change, none commits."""
