"""The pipeline from the vendor's document to the client: pin, generate, drift."""
