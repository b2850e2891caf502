"""Registers made by others: generators written from the input contract alone, without sight of readers or linkage.

What is measured on them says more than the repository's own sample, which readers and linkage have grown up with.
Everything in them is invented.
"""
