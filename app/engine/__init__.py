"""The door to SpiffWorkflow: moves one process forward; knows no people, pages or tables."""
