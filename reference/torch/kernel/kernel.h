// The rotation of a block of tokens. Included by one file for each instruction set, which
// defines ROPESPEC_LANES (float32 values in a vector: 4, 8 or 16) and its namespace.
//
// No operation is contracted into a fused multiply-add: products and sums are rounded one by
// one, so every instruction set, and plain torch, gives the same bits.

#include "elements.h"

// Cosines and sines of one token, float64, into `cos` and `sin`.
inline void turn_row(const Job& job, int64_t batch, int64_t seq, double* __restrict cos,
                     double* __restrict sin) {
  const Angles& angles = job.angles;
  for (int64_t r = 0; r < job.head.run_count; ++r) {
    const AxisRun run = job.head.runs[r];
    int64_t position = angles.offset + seq;
    if (angles.positions) {
      position = angles.positions[batch * angles.position_batch + seq * angles.position_seq +
                                  run.axis * angles.position_axis];
    }
    uint64_t size = position < 0 ? 0 - uint64_t(position) : uint64_t(position);
    bool backwards = (position < 0) != (job.head.sign < 0) ? !job.inverse : job.inverse;
    const double turn = backwards ? -1.0 : 1.0;
    const uint64_t mask = (1 << kDigitBits) - 1;
    const double* row = angles.level[0] + (size & mask) * 2 * job.head.pairs;
    for (int64_t i = run.begin; i < run.end; ++i) {
      cos[i] = row[i];
      sin[i] = row[job.head.pairs + i];
    }
    size >>= kDigitBits;
    for (int level = 1; size; ++level, size >>= kDigitBits) {
      if (!(size & mask)) continue;
      row = angles.level[level] + (size & mask) * 2 * job.head.pairs;
#pragma GCC ivdep
      for (int64_t i = run.begin; i < run.end; ++i) {
        double c = cos[i], s = sin[i], by_c = row[i], by_s = row[job.head.pairs + i];
        cos[i] = by_c * c - by_s * s;
        sin[i] = by_s * c + by_c * s;
      }
    }
#pragma GCC ivdep
    for (int64_t i = run.begin; i < run.end; ++i) sin[i] *= turn;
  }
}

// Lay a token's cosines and sines out as the segments read them: one for each pair, or, for
// adjacent channels, (c, c) and (-s, s).
template <class T, class A, class From>
inline void lay_out(const Head& head, const From* cos, const From* sin, From turn,
                    A* __restrict to_cos, A* __restrict to_sin) {
  for (int64_t n = 0; n < head.segment_count; ++n) {
    const Segment& part = head.segments[n];
    const From *__restrict c = cos + part.pair, *__restrict s = sin + part.pair;
    A *__restrict x = to_cos + 2 * part.pair, *__restrict y = to_sin + 2 * part.pair;
    if (part.read_adjacent && part.write_adjacent) {
#pragma GCC ivdep
      for (int64_t i = 0; i < part.count; ++i) {
        A one = A(c[i]), other = A(turn * s[i]);
        x[2 * i] = one, x[2 * i + 1] = one;
        y[2 * i] = -other, y[2 * i + 1] = other;
      }
    } else {
#pragma GCC ivdep
      for (int64_t i = 0; i < part.count; ++i) x[i] = A(c[i]), y[i] = A(turn * s[i]);
    }
    if (kUnpacked<T> && part.read_adjacent == part.write_adjacent) {
      const int64_t width = part.read_adjacent ? 2 * part.count : part.count;
      for (int64_t i = 0; i + 16 <= width; i += 16) {
        for (int64_t j = i + 4; j < i + 8; ++j) {
          std::swap(x[j], x[j + 4]);
          std::swap(y[j], y[j + 4]);
        }
      }
    }
  }
}

template <bool Stream, class T>
inline int64_t halves(const T* first, const T* second, T* to_first, T* to_second,
                      const float* cos, const float* sin, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Floats a = load(first + i), b = load(second + i), c = load(cos + i), s = load(sin + i);
    store<Stream>(a * c - b * s, to_first + i);
    store<Stream>(a * s + b * c, to_second + i);
  }
  return i;
}

template <bool Stream, class T>
inline int64_t adjacent(const T* from, T* to, const float* cos, const float* sin,
                        int64_t channels) {
  int64_t i = 0;
  for (; i + kLanes <= channels; i += kLanes) {
    Floats x = load(from + i);
    store<Stream>(x * load(cos + i) + swapped(x) * load(sin + i), to + i);
  }
  return i;
}

#if ROPESPEC_LANES == 8
template <bool Stream>
inline int64_t halves(const BFloat16* first, const BFloat16* second, BFloat16* to_first,
                      BFloat16* to_second, const float* cos, const float* sin, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const TwoFloats a = unpack(first + i), b = unpack(second + i);
    Floats c = load(cos + i), s = load(sin + i), d = load(cos + i + 8), t = load(sin + i + 8);
    pack<Stream>(a.low * c - b.low * s, a.high * d - b.high * t, to_first + i);
    pack<Stream>(a.low * s + b.low * c, a.high * t + b.high * d, to_second + i);
  }
  return i;
}
template <bool Stream>
inline int64_t adjacent(const BFloat16* from, BFloat16* to, const float* cos, const float* sin,
                        int64_t channels) {
  int64_t i = 0;
  for (; i + 16 <= channels; i += 16) {
    const TwoFloats x = unpack(from + i);
    pack<Stream>(x.low * load(cos + i) + swapped(x.low) * load(sin + i),
                 x.high * load(cos + i + 8) + swapped(x.high) * load(sin + i + 8), to + i);
  }
  return i;
}
#endif

// float64 is left to the compiler's own vectors.
template <bool Stream>
inline int64_t halves(const double*, const double*, double*, double*, const double*,
                      const double*, int64_t) {
  return 0;
}
template <bool Stream>
inline int64_t adjacent(const double*, double*, const double*, const double*, int64_t) {
  return 0;
}

template <class T, class A, bool Stream>
inline void rotate_head(const Head& head, const T* from, T* to, const A* all_cos,
                        const A* all_sin, T* copy) {
  if (head.crossing) {
    std::memcpy(copy, from, sizeof(T) * head.head_dim);
    from = copy;
  }
  for (int64_t n = 0; n < head.segment_count; ++n) {
    const Segment& part = head.segments[n];
    const A *cos = all_cos + 2 * part.pair, *sin = all_sin + 2 * part.pair;
    if (part.read_adjacent && part.write_adjacent) {
      const T* x = from + part.read_first;
      T* y = to + part.write_first;
      for (int64_t i = adjacent<Stream>(x, y, cos, sin, 2 * part.count); i < 2 * part.count;
           i += 2) {
        A a = widen(x[i]), b = widen(x[i + 1]), c = cos[i], s = sin[i + 1];
        narrow(a * c - b * s, y + i);
        narrow(a * s + b * c, y + i + 1);
      }
    } else if (!part.read_adjacent && !part.write_adjacent) {
      const T *x0 = from + part.read_first, *x1 = from + part.read_second;
      T *y0 = to + part.write_first, *y1 = to + part.write_second;
      for (int64_t i = halves<Stream>(x0, x1, y0, y1, cos, sin, part.count); i < part.count;
           ++i) {
        A a = widen(x0[i]), b = widen(x1[i]), c = cos[i], s = sin[i];
        narrow(a * c - b * s, y0 + i);
        narrow(a * s + b * c, y1 + i);
      }
    } else {
      const int64_t in = part.read_adjacent ? 2 : 1, out = part.write_adjacent ? 2 : 1;
      for (int64_t i = 0; i < part.count; ++i) {
        A a = widen(from[part.read_first + in * i]), b = widen(from[part.read_second + in * i]);
        A c = cos[i], s = sin[i];
        narrow(a * c - b * s, to + part.write_first + out * i);
        narrow(a * s + b * c, to + part.write_second + out * i);
      }
    }
  }
}

// One head of one token at any stride.
template <class T, class A, bool Stream>
inline void rotate_strided(const Head& head, const Operand& x, const T* from, T* to,
                           const A* cos, const A* sin, T* copy) {
  if (x.in_dim != 1 || x.out_dim != 1) {
    T* whole = copy + head.head_dim;
    for (int64_t i = 0; i < head.head_dim; ++i) whole[i] = from[i * x.in_dim];
    rotate_head<T, A, false>(head, whole, whole, cos, sin, copy);
    for (int64_t i = 0; i < head.head_dim; ++i) to[i * x.out_dim] = whole[i];
    return;
  }
  if (from != to) {
    for (int64_t n = 0; n < head.passed_count; ++n) {
      const Range part = head.passed[n];
      std::memcpy(to + part.begin, from + part.begin, sizeof(T) * (part.end - part.begin));
    }
  }
  rotate_head<T, A, Stream>(head, from, to, cos, sin, copy);
}

constexpr int64_t kAhead = 2048;  // bytes that memory is asked for ahead of their use

template <class T, class A, bool Stream>
void rotate_operand(const Job& job, const Operand& x, int64_t begin, int64_t count,
                    const A* cos, const A* sin, const int32_t* row, T* copy) {
  const int64_t width = 2 * job.head.pairs;
  const T* from[kBlock];
  T* to[kBlock];
  for (int64_t t = 0; t < count; ++t) {
    const int64_t batch = (begin + t) / job.seq, seq = (begin + t) % job.seq;
    from[t] = reinterpret_cast<const T*>(x.in) + batch * x.in_batch + seq * x.in_seq;
    to[t] = reinterpret_cast<T*>(x.out) + batch * x.out_batch + seq * x.out_seq;
  }
  // What the processor would not fetch by itself early enough: the lines of a row soon to come.
  const bool by_head = x.in_head > x.in_seq && job.seq > 1;
  const int64_t line = x.in_dim == 1 ? job.head.head_dim * sizeof(T) : 0;
  const int64_t ahead = line && (by_head ? x.in_seq : x.in_head) == job.head.head_dim ? kAhead : 0;
  auto one = [&](int64_t t, int64_t h) {
    if (ahead) {
      const char* soon = reinterpret_cast<const char*>(from[t] + h * x.in_head) + ahead;
      for (int64_t at = 0; at < line; at += 64) __builtin_prefetch(soon + at);
    }
    rotate_strided<T, A, Stream>(job.head, x, from[t] + h * x.in_head, to[t] + h * x.out_head,
                                 cos + row[t] * width, sin + row[t] * width, copy);
  };
  if (by_head) {  // (batch, heads, seq): a head's tokens together
    for (int64_t h = 0; h < x.heads; ++h)
      for (int64_t t = 0; t < count; ++t) one(t, h);
  } else {
    for (int64_t t = 0; t < count; ++t)
      for (int64_t h = 0; h < x.heads; ++h) one(t, h);
  }
}

// Whether two tokens of one block turn alike, so that one row serves both.
inline bool same_angles(const Job& job, int64_t one, int64_t other) {
  const Angles& angles = job.angles;
  const int64_t b0 = one / job.seq, s0 = one % job.seq;
  const int64_t b1 = other / job.seq, s1 = other % job.seq;
  if (angles.cos) return b0 * angles.row_batch + s0 * angles.row_seq ==
                         b1 * angles.row_batch + s1 * angles.row_seq;
  if (!angles.positions) return s0 == s1;
  const int64_t* p = angles.positions + b0 * angles.position_batch + s0 * angles.position_seq;
  const int64_t* q = angles.positions + b1 * angles.position_batch + s1 * angles.position_seq;
  for (int64_t r = 0; r < job.head.run_count; ++r) {
    const int64_t axis = job.head.runs[r].axis * angles.position_axis;
    if (p[axis] != q[axis]) return false;
  }
  return true;
}

template <class T, class A, bool Stream>
void rotate_tokens(const Job& job, int64_t begin, int64_t end, char* scratch) {
  const int64_t pairs = job.head.pairs, width = 2 * pairs, block = job.head.block;
  A *cos = reinterpret_cast<A*>(scratch), *sin = cos + block * width;
  double* row_cos = reinterpret_cast<double*>(scratch + 8 * 2 * block * width);
  double* row_sin = row_cos + pairs;
  T* copy = reinterpret_cast<T*>(row_sin + pairs);
  int32_t row[kBlock];
  for (int64_t start = begin; start < end; start += block) {
    const int64_t count = end - start < block ? end - start : block;
    int32_t rows = 0;
    for (int64_t t = 0; t < count; ++t) {
      if (t && same_angles(job, start + t - 1, start + t)) {
        row[t] = rows - 1;
        continue;
      }
      const int64_t batch = (start + t) / job.seq, seq = (start + t) % job.seq;
      A *to_cos = cos + rows * width, *to_sin = sin + rows * width;
      row[t] = rows++;
      if (!job.angles.cos) {
        turn_row(job, batch, seq, row_cos, row_sin);
        lay_out<T, A, double>(job.head, row_cos, row_sin, 1.0, to_cos, to_sin);
        continue;
      }
      const int64_t at = batch * job.angles.row_batch + seq * job.angles.row_seq;
      const double turn = job.inverse ? -1.0 : 1.0;
      if (job.angles.rows_are_double) {
        lay_out<T, A, double>(job.head, (const double*)job.angles.cos + at,
                           (const double*)job.angles.sin + at, turn, to_cos, to_sin);
      } else {
        lay_out<T, A, float>(job.head, (const float*)job.angles.cos + at,
                          (const float*)job.angles.sin + at, float(turn), to_cos, to_sin);
      }
    }
    for (int64_t n = 0; n < job.operand_count; ++n)
      rotate_operand<T, A, Stream>(job, job.operand[n], start, count, cos, sin, row, copy);
  }
#if ROPESPEC_LANES > 4
  if (Stream) _mm_sfence();
#endif
}

template <bool Stream>
constexpr Kernels make_kernels(const char* name) {
  return {name,
          {rotate_tokens<double, double, false>, rotate_tokens<float, float, false>,
           rotate_tokens<BFloat16, float, false>, rotate_tokens<Float16, float, false>},
          {nullptr, Stream ? rotate_tokens<float, float, Stream> : nullptr,
           Stream ? rotate_tokens<BFloat16, float, Stream> : nullptr,
           Stream ? rotate_tokens<Float16, float, Stream> : nullptr},
          4 * kLanes};
}
