"""What things cost, measured side by side in one run. Run `python -m benchmarks NAME [--json]`."""
