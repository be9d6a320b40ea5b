"""Benchmarks: one module each, started by `./dev bench NAME`; what they print is a ratio, never a bare time."""
