// Vectors of 32 bytes; called only where the processor has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "job.h"

#define ROPESPEC_LANES 8
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,f16c")
#endif
namespace ropespec {
namespace {
#include "kernel.h"
}  // namespace
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
namespace {
constexpr Kernels kernels = {"avx2", {kernels_of<kPlain>(), kernels_of<kStreaming>(),
                                       kernels_of<kSideBySide>()}};
}
const Kernels& kernels_avx2() { return kernels; }
}  // namespace ropespec
#endif
