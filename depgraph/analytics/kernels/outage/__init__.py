"""Who is down from when to when, at least and at most: `outage`, `harm`.

Components are worked through in order. One of a single node follows from the periods of its providers (`downtime`); a
larger one is simulated event by event, and whenever something comes back it is held up from below, since a circle
that nothing outside holds down comes back as a whole (`cycle_events`, over the `heap` of what happens next). Both write
`periods` of nodes into room that is made outside; where it is too little they say so, and go on from there with more.
Losses over time are sums over the periods (`loss_curve`). What is sorted within a kernel is sorted by `sorting`: what
NumPy has takes longer to compile, as lists and arrays that are made within do.

Time is whole seconds, so that nothing is rounded. O(m log d) for m needs of nodes that go down, d of them at one node
at most; within a component of c needs O(c) for each moment at which something that it needs comes back.
"""
