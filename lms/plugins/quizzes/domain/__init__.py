"""Pure code of the quizzes: numbers, order, source models, grading. No database, no HTTP."""
