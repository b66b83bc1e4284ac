// What one call of the kernel works on. Plain data: the files compiled for one instruction set
// include this and nothing of torch, so that no inline function of a library is compiled twice.
#pragma once
#include <array>
#include <cstdint>

namespace ropespec {

constexpr int kDigitBits = 9;  // as DIGIT_BITS in tables.py
constexpr int kRows = 1 << kDigitBits;
constexpr int kLevels = 8;     // digits of a magnitude up to 2^63
constexpr int kBlock = 128;    // most tokens whose cosines and sines are held at a time

enum Element { kFloat64, kFloat32, kBFloat16, kFloat16, kElements };

// Pairs `pair` to `pair + count - 1`. Adjacent: channels (first + 2i, first + 2i + 1);
// otherwise (first + i, second + i).
struct Segment {
  int64_t pair, count;
  int64_t read_first, read_second, write_first, write_second;
  bool read_adjacent, write_adjacent;
};

// Pairs begin to end - 1 are turned by one coordinate of the position.
struct AxisRun {
  int64_t begin, end, axis;
};

struct Range {
  int64_t begin, end;
};

// A head's pairs, as `Channels` of layout.py has them.
struct Head {
  int64_t head_dim, pairs, sign;
  int64_t block;  // tokens whose cosines and sines are held at a time, 1 to kBlock
  const Segment* segments;
  int64_t segment_count;
  const AxisRun* runs;
  int64_t run_count;
  const Range* passed;  // channels that come back as they went in
  int64_t passed_count;
  bool crossing;  // some segment is written in another order than it is read
};

// Queries or keys. Strides in elements.
struct Operand {
  const char* in;
  char* out;
  int64_t heads;
  int64_t in_batch, in_head, in_seq, in_dim;
  int64_t out_batch, out_head, out_seq, out_dim;
};

// Where cosine and sine come from: digits of whole positions, or rows that are given.
struct Angles {
  const int64_t* positions;  // null: offset, offset + step, ...
  int64_t offset, step, position_batch, position_seq, position_axis;
  const double* level[kLevels];  // rows of `pairs` cosines, then `pairs` sines
  const void *cos, *sin;         // rows of `pairs` values; null where positions are used
  bool rows_are_double;
  int64_t row_batch, row_seq;
};

struct Job {
  Head head;
  Angles angles;
  Operand operand[2];
  int64_t operand_count, batch, seq, itemsize;
  bool inverse;
};

// Rotates tokens begin to end - 1 of batch * seq. `scratch` is `scratch_bytes` long.
using Rotate = void (*)(const Job&, int64_t begin, int64_t end, char* scratch);

// How to go about tensors that are larger than the caches: stores that pass the caches by, or
// several rows at a time.
enum Way { kPlain, kStreaming, kSideBySide, kWays };

struct Kernels {
  const char* name;
  std::array<Rotate, kElements> rotate[kWays];  // null where there is none
};

inline int64_t scratch_bytes(const Head& head) {
  // Rows of cosines and of sines in at most eight bytes; the row in the making; the channels
  // of a head, twice.
  return 8 * (2 * head.pairs * head.block + 2 * head.pairs + 2 * head.head_dim);
}

const Kernels& kernels_baseline();
const Kernels& kernels_avx2();
const Kernels& kernels_avx512();

}  // namespace ropespec
