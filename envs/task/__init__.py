"""What is asked: technique, task, random pushes, termination."""
