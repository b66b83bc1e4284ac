// A configuration's head and tables, as the kernel holds them.
#pragma once
#include <ATen/core/Tensor.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "job.h"

namespace ropespec {

// One table of cosines and sines for each digit of a position; see tables.py. Rows are filled
// in as positions come, before their marks are set; a row that is marked never changes.
struct Tables {
  std::vector<at::Tensor> levels;  // float64, shape (kRows, 2 * pairs)
  at::Tensor marks;                // uint8, shape (levels, kRows): which rows are there
};

struct Plan {
  Head head, back;  // the rotation, and its transpose, which reads what that writes
  std::vector<Segment> segments, swapped;
  std::vector<AxisRun> runs;
  std::vector<Range> passed;
  int64_t axes;        // coordinates of a position, 0 for an ordinary one
  std::string config;  // what the operator of torch.library calls it
  std::shared_ptr<const Tables> tables;
};

// What a call is given, beside queries and keys.
struct Call {
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const Tables> tables;
  at::Tensor positions;  // int64, or undefined
  at::Tensor cos, sin;   // rows that are given, (batch or 1, seq, pairs), or undefined
  int64_t offset = 0;
  int axes = 0;  // 0 bhsd, 1 bshd, 2 thd
  bool inverse = false;
};

// Shape and strides of queries or keys, whatever their order of axes.
struct Shape {
  int64_t batch, heads, seq, dim;
};
Shape shape_of(const at::Tensor& x, int axes);

const Kernels& chosen_kernels();
bool choose_kernels(const std::string& name);
void choose_cache(int64_t bytes);  // as if the caches were of this size; -1 for what they are

// Rotate `in` (one or two tensors that agree in dtype) into `out`, which may be `in`.
void run(const Call& call, const at::Tensor* in, const at::Tensor* out, int count);

// An output like `x`, whose pages come in large pieces where it is large.
at::Tensor fresh_like(const at::Tensor& x);

// Whether nothing but plain CPU memory is involved: no subclass, mode or transform.
bool plain(const at::Tensor& x);
bool plain_thread();

// Rotate with autograd; the tensors are plain.
std::array<at::Tensor, 2> rotate_recorded(const Call& call, const at::Tensor& q,
                                          const at::Tensor& k);
void rotate_recorded_in_place(const Call& call, at::Tensor& x);

// Whether autograd is to record a call with these.
bool needs_grad(const at::Tensor& x, const at::Tensor& y);

// Tell autograd that a tensor's values have changed.
void written(const at::Tensor& x);

}  // namespace ropespec
