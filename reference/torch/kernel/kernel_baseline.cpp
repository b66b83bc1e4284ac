// Vectors of 16 bytes, which every 64-bit processor has.
#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "job.h"

#define ROPESPEC_LANES 4
namespace ropespec {
namespace {
#include "kernel.h"
constexpr Kernels kernels = {"baseline", {kernels_of<kPlain>()}};
}  // namespace
const Kernels& kernels_baseline() { return kernels; }
}  // namespace ropespec
