"""Reports (举报投诉): sites that work unfiled, and complaints about filed ones."""
