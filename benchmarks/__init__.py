"""The targets P1 to P6, measured side by side: ``python -m benchmarks`` (docs/explanation/speed.md)."""
