"""What it counts: indicators, their methods, and the numerators and denominators of units.

Knows nothing of targets: which level a unit was given stands in acts, what a figure means in standings.
"""
