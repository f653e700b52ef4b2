"""What a learner has done, and who may see how much of it."""
