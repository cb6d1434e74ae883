"""The flow studio: drafts of processes, what is wrong with them, and how they become versions."""
