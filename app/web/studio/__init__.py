"""The pages of the flow studio: drawing a draft, checking it, publishing it."""
