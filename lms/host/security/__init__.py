"""Headers, request forgery, passphrases, tokens, sign-in sessions, sealing, audit."""
