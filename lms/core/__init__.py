"""What every Veer site has: accounts, the catalogue, and learning."""
