// P0's own W1 over the number of actors: what W5 and many_nodes are compared with. Compiled by
// benchmarks/compare against the peers' folder; no part of the build.
#define main p0_main
#include "kernel.cpp"
#undef main

int main(int argc, char** argv) {
  const u32 actors = argc > 1 ? static_cast<u32>(atoi(argv[1])) : 1000;
  const u32 sleeps = argc > 2 ? static_cast<u32>(atoi(argv[2])) : 10000;
  using Kernel = Fibers<Wheel<6>, SwFctx, true, true, true>;
  auto kernel = std::make_unique<Kernel>();
  Stopwatch watch;
  kernel->w1(actors, sleeps);
  const double seconds = watch.cpu();
  result(("P0/" + Kernel::name()).c_str(), "W1", seconds / static_cast<double>(kernel->events) * 1e9,
         "ns", kernel->events, watch.wall(), kernel->trace.h);
}
