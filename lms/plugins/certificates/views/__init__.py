"""Pages of certificates: the learner's, and the ones for anybody who checks."""
