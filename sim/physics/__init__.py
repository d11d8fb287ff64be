"""One body, stepped as a batch: simulation, muscles, friction, recording."""
