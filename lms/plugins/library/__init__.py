"""What stands beside the courses: words, cards, addresses, help, and where to begin."""
