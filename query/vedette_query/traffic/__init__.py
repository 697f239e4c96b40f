"""The live picture of who calls whom: edges over a window, as a document of Vizceral's shape."""
