"""Trial, strides, contacts, reductions."""
