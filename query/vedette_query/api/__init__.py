"""The doors of the query API, one module for each resource."""
