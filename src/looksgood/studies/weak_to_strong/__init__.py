"""The study of students who are taught by weaker supervisors, and its examinations."""
