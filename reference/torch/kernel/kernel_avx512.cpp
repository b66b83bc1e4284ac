// Vectors of 64 bytes; called only where the processor has them.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "job.h"

#define ROPESPEC_LANES 16
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,f16c,avx512f,avx512bw,avx512vl,avx512dq"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,f16c,avx512f,avx512bw,avx512vl,avx512dq")
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
constexpr Kernels kernels = {"avx512", {kernels_of<kPlain>(), kernels_of<kStreaming>(),
                                       kernels_of<kSideBySide>()}};
}
const Kernels& kernels_avx512() { return kernels; }
}  // namespace ropespec
#endif
