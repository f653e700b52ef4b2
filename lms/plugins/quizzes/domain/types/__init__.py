"""The six question types of the suite."""
