"""Reading the vendor's document, and reducing it to the part this project needs."""
