"""What happened: record kinds, the readers of foreign formats, and the lake that keeps every delivery.

Knows figures as they came, from whom and when. Refuses to know what an indicator means, which
target judges, and how figures of units are summed: those are asked of the rooms before it.
"""
