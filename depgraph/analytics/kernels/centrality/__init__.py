"""Who stands where among the needs, whatever requirements say: `betweenness`, `closeness`, `core`, all tiers.

Shortest paths are counted from each source forth and back (`brandes`): O(links) for each source, over threads in
pieces that do not depend on how many threads there are. Distances and reach are searched from 512 sources at a time
(`multi_source_bfs`): O(links x longest distance) for each 512. Cores fall off by degree (`core_number`): O(links).
"""
