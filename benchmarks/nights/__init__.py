"""Many nights of deliveries from one synthetic world: registrations arrive, are corrected, withdrawn and purged.

In: a world that was exported on one night. Out: per night the files that the registers would newly send, and the
truth of what became of each registration. Written from the input contract, apart from the readers that it tries.
Everything in it is invented.
"""
