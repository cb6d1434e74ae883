"""Stops (停工、复工): a work that may not go on, in force at once, lifted after a re-check."""
