"""Patrols (巡查): checklists, plans, visits on site, and the hazards that they find."""
