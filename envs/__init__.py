"""The walking task: techniques, gaits and Gymnasium environments."""
