"""Counters and timings that the other parts feed and `/health` reads. Knows nobody and sends nothing anywhere."""
