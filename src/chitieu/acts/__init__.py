"""What was signed: levels, decisions, units and their successions, and the folder that proves them.

Knows texts and the days they hold. Refuses to know records, engines and whose figure is right.
"""
