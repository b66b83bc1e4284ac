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
// adjacent channels, (c, c) and (-s, s). Where values come in even and odd ones, so do these.
template <class T, class A, class From>
inline void lay_out(const Head& head, const From* cos, const From* sin, From turn,
                    A* __restrict to_cos, A* __restrict to_sin) {
  constexpr int64_t kGroup = kTogether<T> == 2 ? 2 * kLanes : 0;
  for (int64_t n = 0; n < head.segment_count; ++n) {
    const Segment& part = head.segments[n];
    const From *__restrict c = cos + part.pair, *__restrict s = sin + part.pair;
    A *__restrict x = to_cos + 2 * part.pair, *__restrict y = to_sin + 2 * part.pair;
    int64_t i = 0;
    if (part.read_adjacent && part.write_adjacent) {
      for (; kGroup && 2 * i + kGroup <= 2 * part.count; i += kLanes) {
#pragma GCC ivdep
        for (int64_t j = 0; j < kLanes; ++j)
          x[2 * i + j] = A(c[i + j]), y[2 * i + j] = A(turn * s[i + j]);
      }
#pragma GCC ivdep
      for (int64_t j = i; j < part.count; ++j) {
        A one = A(c[j]), other = A(turn * s[j]);
        x[2 * j] = one, x[2 * j + 1] = one;
        y[2 * j] = -other, y[2 * j + 1] = other;
      }
      continue;
    }
    if (kGroup && part.read_adjacent == part.write_adjacent) {
      for (; i + kGroup <= part.count; i += kGroup) {
#pragma GCC ivdep
        for (int64_t j = 0; j < kLanes; ++j) {
          x[i + j] = A(c[i + 2 * j]), y[i + j] = A(turn * s[i + 2 * j]);
          x[i + kLanes + j] = A(c[i + 2 * j + 1]), y[i + kLanes + j] = A(turn * s[i + 2 * j + 1]);
        }
      }
    }
#pragma GCC ivdep
    for (int64_t j = i; j < part.count; ++j) x[j] = A(c[j]), y[j] = A(turn * s[j]);
  }
}

// Heads of one token, which turn alike; strides in elements.
struct Heads {
  int64_t count, in, out;
};

// Channels i to i + Parts * Together * kLanes - 1 of both halves: whole lines where it can be.
template <bool Stream, int Together, int Parts, class T>
inline void halves_part(const T* first, const T* second, T* to_first, T* to_second,
                        const float* cos, const float* sin, const Heads& heads) {
  constexpr int kWidth = Together * kLanes;
  Floats c[Parts * Together], s[Parts * Together];
  for (int n = 0; n < Parts * Together; ++n) {
    c[n] = load(cos + n * kLanes);
    s[n] = load(sin + n * kLanes);
  }
  for (int64_t h = 0; h < heads.count; ++h) {
    for (int part = 0; part < Parts; ++part) {
      Floats a[Together], b[Together], y[Together], z[Together];
      fetch<Together>(first + part * kWidth, a);
      fetch<Together>(second + part * kWidth, b);
      for (int n = 0; n < Together; ++n) {
        const Floats by_c = c[part * Together + n], by_s = s[part * Together + n];
        y[n] = a[n] * by_c - b[n] * by_s;
        z[n] = a[n] * by_s + b[n] * by_c;
      }
      put_all<Together, Stream>(y, to_first + part * kWidth);
      put_all<Together, Stream>(z, to_second + part * kWidth);
    }
    first += heads.in, second += heads.in, to_first += heads.out, to_second += heads.out;
  }
}

template <bool Stream, class T>
inline int64_t halves(const T* first, const T* second, T* to_first, T* to_second,
                      const float* cos, const float* sin, int64_t count, const Heads& heads) {
  constexpr int kWidth = kTogether<T> * kLanes;
  constexpr int kParts = 64 / int(sizeof(T)) / kWidth;
  int64_t i = 0;
  auto parts = [&](auto part, int64_t width) {
    for (; i + width <= count; i += width)
      part(first + i, second + i, to_first + i, to_second + i, cos + i, sin + i, heads);
  };
  parts(halves_part<Stream, kTogether<T>, kParts, T>, kParts * kWidth);
  if (kParts > 1) parts(halves_part<Stream, kTogether<T>, 1, T>, kWidth);
  if (kTogether<T> > 1) parts(halves_part<Stream, 1, 1, T>, kLanes);
  return i;
}

template <bool Stream, int Together, int Parts, class T>
inline void adjacent_part(const T* from, T* to, const float* cos, const float* sin,
                          const Heads& heads) {
  constexpr int kWidth = Together * kLanes;
  Floats c[Parts], s[Parts];
  for (int part = 0; part < Parts; ++part) {
    c[part] = load(cos + part * kWidth);
    s[part] = load(sin + part * kWidth);
  }
  for (int64_t h = 0; h < heads.count; ++h, from += heads.in, to += heads.out) {
    for (int part = 0; part < Parts; ++part) {
      Floats x[Together], y[Together];
      fetch<Together>(from + part * kWidth, x);
      if constexpr (Together == 2) {
        y[0] = x[0] * c[part] - x[1] * s[part];
        y[1] = x[0] * s[part] + x[1] * c[part];
      } else {
        y[0] = x[0] * c[part] + swapped(x[0]) * s[part];
      }
      put_all<Together, Stream>(y, to + part * kWidth);
    }
  }
}

template <bool Stream, class T>
inline int64_t adjacent(const T* from, T* to, const float* cos, const float* sin,
                        int64_t channels, const Heads& heads) {
  constexpr int kWidth = kTogether<T> * kLanes;
  constexpr int kParts = 64 / int(sizeof(T)) / kWidth;
  int64_t i = 0;
  auto parts = [&](auto part, int64_t width) {
    for (; i + width <= channels; i += width) part(from + i, to + i, cos + i, sin + i, heads);
  };
  parts(adjacent_part<Stream, kTogether<T>, kParts, T>, kParts * kWidth);
  if (kParts > 1) parts(adjacent_part<Stream, kTogether<T>, 1, T>, kWidth);
  if (kTogether<T> > 1) parts(adjacent_part<Stream, 1, 1, T>, kLanes);
  return i;
}

// float64 is left to the compiler's own vectors.
template <bool Stream>
inline int64_t halves(const double*, const double*, double*, double*, const double*,
                      const double*, int64_t, const Heads&) {
  return 0;
}
template <bool Stream>
inline int64_t adjacent(const double*, double*, const double*, const double*, int64_t,
                        const Heads&) {
  return 0;
}

// Heads that are not crossing; the rest of a segment that fills no vector goes one by one.
template <class T, class A, bool Stream>
inline void rotate_heads(const Head& head, const T* from, T* to, const A* all_cos,
                         const A* all_sin, const Heads& heads) {
  for (int64_t n = 0; n < head.segment_count; ++n) {
    const Segment& part = head.segments[n];
    const A *cos = all_cos + 2 * part.pair, *sin = all_sin + 2 * part.pair;
    const bool vectors = part.read_adjacent == part.write_adjacent;
    const int64_t in = part.read_adjacent ? 2 : 1, out = part.write_adjacent ? 2 : 1;
    const T *x0 = from + part.read_first, *x1 = from + part.read_second;
    T *y0 = to + part.write_first, *y1 = to + part.write_second;
    int64_t done = 0, row = 1;
    if (vectors && part.read_adjacent) {
      done = adjacent<Stream>(x0, y0, cos, sin, 2 * part.count, heads) / 2, row = 2;
    } else if (vectors) {
      done = halves<Stream>(x0, x1, y0, y1, cos, sin, part.count, heads);
    }
    if (done == part.count) continue;
    for (int64_t h = 0; h < heads.count; ++h) {
      for (int64_t i = done; i < part.count; ++i) {
        const A a = widen(x0[h * heads.in + in * i]), b = widen(x1[h * heads.in + in * i]);
        const A c = cos[row * i], s = sin[row * i + row - 1];
        narrow(a * c - b * s, y0 + h * heads.out + out * i);
        narrow(a * s + b * c, y1 + h * heads.out + out * i);
      }
    }
  }
}

template <class T, class A, bool Stream>
inline void rotate_head(const Head& head, const T* from, T* to, const A* cos, const A* sin,
                        T* copy) {
  if (head.crossing) {
    std::memcpy(copy, from, sizeof(T) * head.head_dim);
    from = copy;
  }
  rotate_heads<T, A, Stream>(head, from, to, cos, sin, {1, 0, 0});
}

// One head of one token whose channels do not lie side by side.
template <class T, class A>
inline void rotate_strided(const Head& head, const Operand& x, const T* from, T* to,
                           const A* cos, const A* sin, T* copy) {
  T* whole = copy + head.head_dim;
  for (int64_t i = 0; i < head.head_dim; ++i) whole[i] = from[i * x.in_dim];
  rotate_head<T, A, false>(head, whole, whole, cos, sin, copy);
  for (int64_t i = 0; i < head.head_dim; ++i) to[i * x.out_dim] = whole[i];
}

constexpr int64_t kAhead = 2048;  // bytes that memory is asked for ahead of their use
constexpr int64_t kFew = 4;       // heads that are turned together where they lie far apart

// Copy the channels that do not turn.
template <class T>
inline void pass(const Head& head, const T* from, T* to) {
  for (int64_t n = 0; n < head.passed_count; ++n) {
    const Range part = head.passed[n];
    std::memcpy(to + part.begin, from + part.begin, sizeof(T) * (part.end - part.begin));
  }
}

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
  const bool plain = x.in_dim == 1 && x.out_dim == 1;
  auto several = [&](int64_t t, int64_t begin_head, int64_t heads) {
    const A *c = cos + row[t] * width, *s = sin + row[t] * width;
    const T* in = from[t] + begin_head * x.in_head;
    T* out = to[t] + begin_head * x.out_head;
    for (int64_t h = 0; ahead && h < heads; ++h) {
      const char* soon = reinterpret_cast<const char*>(in + h * x.in_head) + ahead;
      for (int64_t at = 0; at < line; at += 64) __builtin_prefetch(soon + at);
    }
    if (plain && !job.head.crossing) {
      for (int64_t h = 0; h < heads && in != out; ++h) pass(job.head, in + h * x.in_head, out + h * x.out_head);
      rotate_heads<T, A, Stream>(job.head, in, out, c, s, {heads, x.in_head, x.out_head});
      return;
    }
    for (int64_t h = 0; h < heads; ++h, in += x.in_head, out += x.out_head) {
      if (!plain) {
        rotate_strided<T, A>(job.head, x, in, out, c, s, copy);
      } else {
        if (in != out) pass(job.head, in, out);
        rotate_head<T, A, Stream>(job.head, in, out, c, s, copy);
      }
    }
  };
  // Cosines and sines stay in registers for the heads that are turned together. Of heads that
  // lie far apart only a few are, so that the processor sees each go on.
  const int64_t together = by_head ? kFew : x.heads;
  for (int64_t h = 0; h < x.heads; h += together)
    for (int64_t t = 0; t < count; ++t) several(t, h, std::min(together, x.heads - h));
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
           Stream ? rotate_tokens<Float16, float, Stream> : nullptr}};
}
