"""Building blocks of measures: trial, strides, contacts, reductions."""
