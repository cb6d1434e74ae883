"""Who people are, where they belong, what they may do."""
