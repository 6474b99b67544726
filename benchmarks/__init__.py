"""Benchmarks: how fast the models decode, load and validate, beside what else could do the job."""
