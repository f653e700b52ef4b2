"""Answers on paper: a quiz is printed, its answers come back as one line that can be typed or read over the phone."""
