"""The question types of the suite."""
