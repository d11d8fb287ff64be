"""What measures are made of: trial, strides, contacts, reductions."""
