"""Signing in through an OpenID Connect provider: who it is, what is asked, whom it vouches for."""
