"""The pipeline. Read `pipeline.py` first."""
