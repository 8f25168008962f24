"""Run the jobs of a batch on the workers of a Dask cluster."""
