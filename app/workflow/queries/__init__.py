"""What pages and the API read. Every one of them is narrowed to what its actor may see."""
