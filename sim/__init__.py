"""Physics: batched simulation, muscles, surfaces, recordings and measures."""
