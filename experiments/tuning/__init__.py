"""CMA-ES on the parameters of the scripted gait."""
