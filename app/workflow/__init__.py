"""Cases, tasks, history: what may be done, by whom, and what follows."""
