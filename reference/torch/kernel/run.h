// From tensors to the kernel: pointers, strides, threads, and which stores to use.
#pragma once
#include <ATen/Parallel.h>

#include <cstdlib>
#include <fstream>

#include "plan.h"

namespace ropespec {

namespace {

const Kernels* best_kernels() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
    return &kernels_avx512();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) return &kernels_avx2();
#endif
  return &kernels_baseline();
}

std::atomic<const Kernels*> chosen{nullptr};

Element element_of(at::ScalarType type) {
  switch (type) {
    case at::kDouble:
      return kFloat64;
    case at::kFloat:
      return kFloat32;
    case at::kBFloat16:
      return kBFloat16;
    default:
      return kFloat16;
  }
}

// Bytes of the last cache that one core can count on: half of what it shares with its
// neighbours, as measured. The system's files have it; sysconf adds up those of a whole socket.
int64_t last_level_cache() {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index3/size");
  int64_t kilobytes = 0;
  return (file >> kilobytes ? kilobytes << 10 : int64_t(32) << 20) / 2;
}

std::atomic<int64_t> cache{-1};

int64_t cache_size() {
  int64_t size = cache.load(std::memory_order_relaxed);
  if (size < 0) cache.store(size = last_level_cache(), std::memory_order_relaxed);
  return size;
}

// Stores that pass the caches by can be of whole lines only.
bool in_whole_lines(const Job& job) {
  constexpr int64_t kLine = 64;
  for (int64_t n = 0; n < job.head.segment_count; ++n) {
    const Segment& part = job.head.segments[n];
    const int64_t places = part.write_first | (part.write_adjacent ? 0 : part.write_second);
    const int64_t width = part.write_adjacent ? 2 * part.count : part.count;
    if ((places | width) * job.itemsize % kLine) return false;
  }
  for (int64_t n = 0; n < job.operand_count; ++n) {
    const Operand& x = job.operand[n];
    if (x.out_dim != 1 || reinterpret_cast<uintptr_t>(x.out) % kLine) return false;
    if ((x.out_batch | x.out_head | x.out_seq) * job.itemsize % kLine) return false;
  }
  return true;
}

// Only what does not stay in the caches is gone about in another way.
Way way_of(const Job& job) {
  int64_t bytes = 0, in_place = 0;
  for (int64_t n = 0; n < job.operand_count; ++n) {
    const Operand& x = job.operand[n];
    const bool same = x.in == x.out;
    in_place += same;
    bytes += (same ? 1 : 2) * job.batch * job.seq * x.heads * job.head.head_dim * job.itemsize;
  }
  if (bytes <= cache_size()) return kPlain;
  if (in_place == job.operand_count) return kSideBySide;
  if (in_place || job.head.passed_count || job.head.crossing || !in_whole_lines(job))
    return kPlain;
  return kStreaming;
}

// Channels that are worth waking another thread for.
constexpr int64_t kWorth = 65536;

char* scratch(int64_t bytes) {
  thread_local std::unique_ptr<char, decltype(&std::free)> memory(nullptr, &std::free);
  thread_local int64_t size = 0;
  if (size < bytes) {
    memory.reset(static_cast<char*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64)));
    TORCH_CHECK(memory, "ropespec: no memory for ", bytes, " bytes of cosines and sines");
    size = bytes;
  }
  return memory.get();
}

Operand operand_of(const at::Tensor& in, const at::Tensor& out, int axes) {
  const auto a = in.strides(), b = out.strides();
  const char* from = static_cast<const char*>(in.const_data_ptr());
  char* to = static_cast<char*>(out.data_ptr());
  const int64_t heads = shape_of(in, axes).heads;
  if (axes == 2) return {from, to, heads, 0, a[1], a[0], a[2], 0, b[1], b[0], b[2]};
  const int h = axes == 0 ? 1 : 2, s = 3 - h;
  return {from, to, heads, a[0], a[h], a[s], a[3], b[0], b[h], b[s], b[3]};
}

Angles angles_of(const Call& call) {
  Angles angles{};
  if (call.cos.defined()) {
    angles.cos = call.cos.const_data_ptr();
    angles.sin = call.sin.const_data_ptr();
    angles.rows_are_double = call.cos.scalar_type() == at::kDouble;
    angles.row_seq = call.cos.stride(1);
    angles.row_batch = call.cos.size(0) > 1 ? call.cos.stride(0) : 0;
    return angles;
  }
  angles.offset = call.offset, angles.step = 1;
  for (size_t level = 0; level < call.tables->levels.size(); ++level)
    angles.level[level] = call.tables->levels[level].const_data_ptr<double>();
  if (call.positions.defined()) {
    const at::Tensor& p = call.positions;
    const int64_t lead = p.dim() - (call.plan->axes ? 1 : 0);
    angles.positions = p.const_data_ptr<int64_t>();
    angles.position_batch = lead == 2 && p.size(0) > 1 ? p.stride(0) : 0;
    angles.position_seq = p.stride(lead - 1);
    angles.position_axis = call.plan->axes ? p.stride(lead) : 0;
  }
  return angles;
}

// One token of each sequence, as when text is generated, is gone through like one sequence: what
// turns alike then comes in one run.
void along_batch(Job& job) {
  std::swap(job.batch, job.seq);
  for (int64_t n = 0; n < job.operand_count; ++n) {
    job.operand[n].in_seq = job.operand[n].in_batch;
    job.operand[n].out_seq = job.operand[n].out_batch;
  }
  job.angles.step = 0;
  job.angles.position_seq = job.angles.position_batch;
  job.angles.row_seq = job.angles.row_batch;
}

}  // namespace

Shape shape_of(const at::Tensor& x, int axes) {
  const auto n = x.sizes();
  if (axes == 2) return {1, n[1], n[0], n[2]};
  return axes == 0 ? Shape{n[0], n[1], n[2], n[3]} : Shape{n[0], n[2], n[1], n[3]};
}

const Kernels& chosen_kernels() {
  const Kernels* kernels = chosen.load(std::memory_order_relaxed);
  if (!kernels) chosen.store(kernels = best_kernels(), std::memory_order_relaxed);
  return *kernels;
}

void choose_cache(int64_t bytes) { cache.store(bytes, std::memory_order_relaxed); }

bool choose_kernels(const std::string& name) {
  const Kernels* wanted = best_kernels();
  if (name == "baseline") wanted = &kernels_baseline();
#if defined(__x86_64__)
  if (name == "avx2" && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c"))
    wanted = &kernels_avx2();
#endif
  if (name != "best" && name != wanted->name) return false;
  chosen.store(wanted, std::memory_order_relaxed);
  return true;
}

void run(const Call& call, const at::Tensor* in, const at::Tensor* out, int count) {
  Job job{};
  job.head = call.inverse ? call.plan->back : call.plan->head;
  job.angles = angles_of(call);
  const Shape shape = shape_of(in[0], call.axes);
  job.batch = shape.batch;
  job.seq = shape.seq;
  job.itemsize = in[0].element_size();
  job.inverse = call.inverse;
  job.operand_count = count;
  int64_t heads = 0;
  for (int n = 0; n < count; ++n) {
    job.operand[n] = operand_of(in[n], out[n], call.axes);
    heads += job.operand[n].heads;
  }
  if (job.seq == 1) along_batch(job);
  const Kernels& kernels = chosen_kernels();
  const Element element = element_of(in[0].scalar_type());
  Rotate rotate = kernels.rotate[way_of(job)][element];
  if (!rotate) rotate = kernels.rotate[kPlain][element];
  const int64_t tokens = job.batch * job.seq, bytes = scratch_bytes(job.head);
  const int64_t width = std::max<int64_t>(1, heads * job.head.head_dim);
  const int64_t grain = std::max<int64_t>(1, kWorth / width);
  if (tokens <= grain) {
    rotate(job, 0, tokens, scratch(bytes));
    return;
  }
  at::parallel_for(0, tokens, grain, [&](int64_t begin, int64_t end) {
    rotate(job, begin, end, scratch(bytes));
  });
}

}  // namespace ropespec
