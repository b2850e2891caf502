"""The fault campaign: nights that are killed, starved and interrupted, and what must hold after each of them.

`python -m benchmarks.campaign` works real nights on small synthetic worlds, the stages as processes of their own, and
lets one fault strike in each. Afterwards, and again after the next run, the published table must be exactly one that an
undisturbed run makes.
"""
