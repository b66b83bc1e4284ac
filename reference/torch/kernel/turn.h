// The rotation of rows of channels.
//
// No operation is contracted into a fused multiply-add: products and sums are rounded one by
// one, so every instruction set, and plain torch, gives the same bits.

// Rows that are turned one after the other, `across` of them side by side because they share a
// row of cosines and sines: heads of one token. A row is read from end to end, so that the
// processor sees where it goes on, and written in whole lines. Strides in elements; `table` is
// that of cosines and sines.
struct Rows {
  int64_t count, in, out, table;
  int64_t across, in_across, out_across;
  int64_t ahead;  // elements that memory is asked for ahead of their use, or 0
};

constexpr int kAcross = 4;  // or 1

template <class T>
constexpr int64_t kLine = 64 / int64_t(sizeof(T));  // elements in a line of the caches

// Split: two vectors of pairs, the even ones and the odd ones.
template <bool Stream, bool Split, class T>
inline void halves_part(const T* first, const T* second, T* to_first, T* to_second,
                        const Floats* cos, const Floats* sin) {
  if constexpr (Split) {
    Floats a[2], b[2], y[2], z[2];
    split(first, a[0], a[1]);
    split(second, b[0], b[1]);
#pragma GCC unroll 2
    for (int n = 0; n < 2; ++n) {
      y[n] = a[n] * cos[n] - b[n] * sin[n];
      z[n] = a[n] * sin[n] + b[n] * cos[n];
    }
    join<Stream>(y[0], y[1], to_first);
    join<Stream>(z[0], z[1], to_second);
  } else {
    const Floats a = load(first), b = load(second);
    store<Stream>(a * cos[0] - b * sin[0], to_first);
    store<Stream>(a * sin[0] + b * cos[0], to_second);
  }
}

// As many vectors of N rows as Parts.
template <int N, int Parts, bool Stream, bool Split, class T>
inline void halves_step(const T* first, const T* second, T* to_first, T* to_second,
                        const float* cos, const float* sin, const Rows& rows) {
  constexpr int kVectors = Split ? 2 : 1, kWidth = kVectors * kLanes;
#pragma GCC unroll 4
  for (int p = 0; p < Parts; ++p) {
    Floats c[kVectors], s[kVectors];  // for all the rows: they turn alike
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      c[v] = load(cos + p * kWidth + v * kLanes);
      s[v] = load(sin + p * kWidth + v * kLanes);
    }
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
      const int64_t in = n * rows.in_across + p * kWidth, out = n * rows.out_across + p * kWidth;
      halves_part<Stream, Split>(first + in, second + in, to_first + out, to_second + out, c, s);
    }
  }
}

// It returns how many pairs fill vectors, and are done.
template <int N, bool Stream, class T>
inline int64_t halves(const T* first, const T* second, T* to_first, T* to_second,
                      const float* cos, const float* sin, int64_t count, const Rows& rows) {
  constexpr bool kBoth = kSplit<T>;
  constexpr int64_t kWidth = (kBoth ? 2 : 1) * kLanes, kStep = std::max(kLine<T>, kWidth);
  const int64_t steps = count - count % kStep, wide = count - count % kWidth;
  const int64_t done = count - count % kLanes;
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t i = 0;
    for (; i < steps; i += kStep) {
      for (int n = 0; rows.ahead && n < N; ++n) {
        __builtin_prefetch(first + i + n * rows.in_across + rows.ahead);
        __builtin_prefetch(second + i + n * rows.in_across + rows.ahead);
      }
      halves_step<N, kStep / kWidth, Stream, kBoth>(first + i, second + i, to_first + i,
                                                    to_second + i, cos + i, sin + i, rows);
    }
    for (; i < wide; i += kWidth)
      halves_step<N, 1, Stream, kBoth>(first + i, second + i, to_first + i, to_second + i,
                                       cos + i, sin + i, rows);
    for (; i < done; i += kLanes)
      halves_step<N, 1, Stream, false>(first + i, second + i, to_first + i, to_second + i,
                                       cos + i, sin + i, rows);
    first += rows.in, second += rows.in, to_first += rows.out, to_second += rows.out;
    cos += rows.table, sin += rows.table;
  }
  return done;
}

template <int N, int Parts, bool Stream, class T>
inline void adjacent_step(const T* from, T* to, const float* cos, const float* sin,
                          const Rows& rows) {
#pragma GCC unroll 4
  for (int p = 0; p < Parts; ++p) {
    const Floats c = load(cos + p * kLanes), s = load(sin + p * kLanes);
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
      Floats a, b;
      split(from + n * rows.in_across + p * 2 * kLanes, a, b);
      join<Stream>(a * c - b * s, a * s + b * c, to + n * rows.out_across + p * 2 * kLanes);
    }
  }
}

template <int N, bool Stream, class T>
inline int64_t adjacent(const T* from, T* to, const float* cos, const float* sin, int64_t count,
                        const Rows& rows) {
  constexpr int64_t kStep = std::max<int64_t>(kLine<T> / 2, kLanes);
  const int64_t steps = count - count % kStep, done = count - count % kLanes;
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t i = 0;
    for (; i < steps; i += kStep) {
      for (int n = 0; rows.ahead && n < N; ++n)
        for (int64_t m = 0; m < 2 * kStep; m += kLine<T>)
          __builtin_prefetch(from + 2 * i + n * rows.in_across + m + rows.ahead);
      adjacent_step<N, kStep / kLanes, Stream>(from + 2 * i, to + 2 * i, cos + i, sin + i, rows);
    }
    for (; i < done; i += kLanes)
      adjacent_step<N, 1, Stream>(from + 2 * i, to + 2 * i, cos + i, sin + i, rows);
    from += rows.in, to += rows.out, cos += rows.table, sin += rows.table;
  }
  return done;
}

// float64 is left to the compiler's own vectors.
template <int N, bool Stream>
inline int64_t halves(const double*, const double*, double*, double*, const double*,
                      const double*, int64_t, const Rows&) {
  return 0;
}
template <int N, bool Stream>
inline int64_t adjacent(const double*, double*, const double*, const double*, int64_t,
                        const Rows&) {
  return 0;
}

// Heads that are not crossing; the rest of a segment that fills no vector goes one by one.
template <class T, class A, bool Stream>
inline void turn_rows(const Head& head, const T* from, T* to, const A* all_cos, const A* all_sin,
                      Rows rows) {
  for (int64_t n = 0; n < head.segment_count; ++n, rows.ahead = 0) {
    const Segment& part = head.segments[n];
    const A *cos = all_cos + part.pair, *sin = all_sin + part.pair;
    const bool vectors = part.read_adjacent == part.write_adjacent;
    const int64_t in = part.read_adjacent ? 2 : 1, out = part.write_adjacent ? 2 : 1;
    const T *x0 = from + part.read_first, *x1 = from + part.read_second;
    T *y0 = to + part.write_first, *y1 = to + part.write_second;
    int64_t done = 0;
    auto turn = [&]<int N>() {
      return part.read_adjacent
                 ? adjacent<N, Stream>(x0, y0, cos, sin, part.count, rows)
                 : halves<N, Stream>(x0, x1, y0, y1, cos, sin, part.count, rows);
    };
    if (vectors && rows.across == 1) {
      done = turn.template operator()<1>();
    } else if (vectors && !Stream) {
      done = turn.template operator()<kAcross>();
    }
    if (done == part.count) continue;
    for (int64_t r = 0; r < rows.count; ++r) {
      const A *c = cos + r * rows.table, *s = sin + r * rows.table;
      for (int64_t n = 0; n < rows.across; ++n) {
        const int64_t from_row = r * rows.in + n * rows.in_across;
        const int64_t to_row = r * rows.out + n * rows.out_across;
        for (int64_t i = done; i < part.count; ++i) {
          const A a = widen(x0[from_row + in * i]), b = widen(x1[from_row + in * i]);
          narrow(a * c[i] - b * s[i], y0 + to_row + out * i);
          narrow(a * s[i] + b * c[i], y1 + to_row + out * i);
        }
      }
    }
  }
}
