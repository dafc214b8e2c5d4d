"""Durable jobs and the fair queue that feeds the one thread that touches a device. Knows no torch and no Discord."""
