"""What ``sx bench`` measures: each figure beside another of the same run.

Absolute numbers say something about the machine; ratios say something about us.
"""
