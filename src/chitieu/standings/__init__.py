"""What it means: a target and a figure become a verdict, a shown figure, headroom and a rank.

Knows integers and levels; refuses to know engines, columns and how a paper prints them.
"""
