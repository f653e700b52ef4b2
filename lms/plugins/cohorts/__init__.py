"""Groups that move through a course together: dates, members under an alias, the wall."""
