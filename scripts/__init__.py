"""The pipeline from the vendor's document to the client: pin, prepare, generate, drift."""
