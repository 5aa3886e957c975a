"""What every engine stands on: machine code, threads, 512 scenarios in a register, counters of bits, random bits.

- `jit` compiles, and keeps machine code on disk under a digest of all sources of kernels: what is loaded is never
  stale. A function that only kernels call is not compiled for Python (`inner`, `inlined`, `merged`), and a kernel only
  where a graph needs it; a test holds the first. `compiling` and `notices` tell who waits for it which kernel it is.
- `matrices` spares a command what Numba would load of SciPy for products of matrices, which no kernel has.
- `bundles` hand a kernel its named tuples as one address each, whose fields are read where they are used: less to
  compile and to pass.
- `parallel` gives numbers (blocks, units) to threads, one workspace each. An interrupt ends all of them alike: what
  was begun is ended, nothing more is begun.
- `lanes` makes rows of 512 bits, which LLVM keeps in one to four registers, and `pointers`: arrays without their
  lengths, whose references nobody counts.
- `arrays` says what kernels call their arrays, and where rows of different lengths begin (`offsets`).
- `bit_counters` and `bit_weights` add up bits of rows: how often, and how heavy.
- `bernoulli` draws rows of random bits from a counter, not from a state: trial 700 draws the same whichever thread
  draws it.
"""
