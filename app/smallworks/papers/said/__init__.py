"""What each kind of paper says: facts taken from rows, frozen when it is issued."""
