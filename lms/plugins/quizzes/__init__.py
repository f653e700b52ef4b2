"""Quizzes: questions with feedback for each option, attempts that survive a dead line, module checks."""
