"""What a certificate is, without a database: its code, its ornament, its signed record and its paper."""
