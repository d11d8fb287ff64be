"""Tasks: technique, learning task, random pushes, termination."""
