"""Senses of a walker: noise, delay, prediction."""
