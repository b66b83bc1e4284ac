// The rotation of rows of channels.
//
// No operation is contracted into a fused multiply-add: products and sums are rounded one by
// one, so every instruction set, and plain torch, gives the same bits.

// Rows that are turned one after the other, or `kAbreast` of them at a time. A row is read from
// end to end, so that the processor sees where it goes on, and written in whole lines. Strides
// in elements; `table` is that of cosines and sines.
struct Rows {
  int64_t count, in, out, table;
  int64_t across, in_across, out_across, table_across;  // those side by side, 1 or kAbreast
  int64_t ahead;  // elements that memory is asked for ahead of their use, or 0
};

constexpr int kAbreast = 4;

template <class T>
constexpr int64_t kLine = 64 / int64_t(sizeof(T));  // elements in a line of the caches

// Vectors of cosines and sines for as many pairs.
template <int Vectors>
struct Turn {
  Floats cos[Vectors], sin[Vectors];

  inline Turn(const float* c, const float* s) {
#pragma GCC unroll 2
    for (int n = 0; n < Vectors; ++n) {
      cos[n] = load(c + n * kLanes);
      sin[n] = load(s + n * kLanes);
    }
  }
};

// Two vectors of pairs, the even ones and the odd ones.
template <bool Stream, class T>
inline void turn_halves(const T* first, const T* second, T* to_first, T* to_second,
                        const Turn<2>& by) {
  Floats a[2], b[2], y[2], z[2];
  split(first, a[0], a[1]);
  split(second, b[0], b[1]);
#pragma GCC unroll 2
  for (int n = 0; n < 2; ++n) {
    y[n] = a[n] * by.cos[n] - b[n] * by.sin[n];
    z[n] = a[n] * by.sin[n] + b[n] * by.cos[n];
  }
  join<Stream>(y, z, to_first, to_second);
}

template <bool Stream, class T>
inline void turn_halves(const T* first, const T* second, T* to_first, T* to_second,
                        const Turn<1>& by) {
  const Floats a = load(first), b = load(second);
  store<Stream>(a * by.cos[0] - b * by.sin[0], to_first);
  store<Stream>(a * by.sin[0] + b * by.cos[0], to_second);
}

template <bool Stream, class T>
inline void turn_neighbours(const T* from, T* to, const Turn<2>& by) {
  Floats y[2][2];
#pragma GCC unroll 2
  for (int n = 0; n < 2; ++n) {
    Floats a, b;
    split(from + 2 * n * kLanes, a, b);
    y[n][0] = a * by.cos[n] - b * by.sin[n];
    y[n][1] = a * by.sin[n] + b * by.cos[n];
  }
  join<Stream>(y[0], y[1], to, to + 2 * kLanes);
}

template <bool Stream, class T>
inline void turn_neighbours(const T* from, T* to, const Turn<1>& by) {
  Floats a, b;
  split(from, a, b);
  join<Stream>(a * by.cos[0] - b * by.sin[0], a * by.sin[0] + b * by.cos[0], to);
}

// What `part` does for one vector of pairs, for as many as Parts, in N rows.
template <int N, bool Alike, int Parts, int Vectors, class Part>
inline void for_each(const float* cos, const float* sin, const Rows& rows, const Part& part) {
#pragma GCC unroll 4
  for (int p = 0; p < Parts; ++p) {
    const int64_t i = p * Vectors * kLanes;
    const Turn<Vectors> alike(cos + i, sin + i);
#pragma GCC unroll 4
    for (int n = 0; n < N; ++n) {
      if constexpr (Alike) {
        part(i, n, alike);
      } else {
        const int64_t table = i + n * rows.table_across;
        part(i, n, Turn<Vectors>(cos + table, sin + table));
      }
    }
  }
}

// They return how many pairs fill vectors, and are done.
template <int N, bool Alike, bool Stream, class T>
inline int64_t halves(const T* first, const T* second, T* to_first, T* to_second,
                      const float* cos, const float* sin, int64_t count, const Rows& rows) {
  constexpr int kVectors = kSplit<T> ? 2 : 1, kWidth = kVectors * kLanes;
  constexpr int64_t kStep = std::max<int64_t>(kLine<T>, kWidth);
  const int64_t steps = count - count % kStep, wide = count - count % kWidth;
  const int64_t done = count - count % kLanes;
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t i = 0;
    auto part = [&](int64_t j, int n, const auto& by) {
      const int64_t in = i + j + n * rows.in_across, out = i + j + n * rows.out_across;
      turn_halves<Stream>(first + in, second + in, to_first + out, to_second + out, by);
    };
    for (; i < steps; i += kStep) {
      for (int n = 0; rows.ahead && n < N; ++n) {
        __builtin_prefetch(first + i + n * rows.in_across + rows.ahead);
        __builtin_prefetch(second + i + n * rows.in_across + rows.ahead);
      }
      for_each<N, Alike, kStep / kWidth, kVectors>(cos + i, sin + i, rows, part);
    }
    for (; i < wide; i += kWidth)
      for_each<N, Alike, 1, kVectors>(cos + i, sin + i, rows, part);
    for (; i < done; i += kLanes) for_each<N, Alike, 1, 1>(cos + i, sin + i, rows, part);
    first += rows.in, second += rows.in, to_first += rows.out, to_second += rows.out;
    cos += rows.table, sin += rows.table;
  }
  return done;
}

template <int N, bool Alike, bool Stream, class T>
inline int64_t adjacent(const T* from, T* to, const float* cos, const float* sin, int64_t count,
                        const Rows& rows) {
  constexpr int kVectors = kSplit<T> ? 2 : 1, kWidth = kVectors * kLanes;
  constexpr int64_t kStep = std::max<int64_t>(kLine<T> / 2, kWidth);
  const int64_t steps = count - count % kStep, done = count - count % kLanes;
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t i = 0;
    auto part = [&](int64_t j, int n, const auto& by) {
      turn_neighbours<Stream>(from + 2 * (i + j) + n * rows.in_across,
                              to + 2 * (i + j) + n * rows.out_across, by);
    };
    for (; i < steps; i += kStep) {
      for (int n = 0; rows.ahead && n < N; ++n)
        for (int64_t m = 0; m < 2 * kStep; m += kLine<T>)
          __builtin_prefetch(from + 2 * i + n * rows.in_across + m + rows.ahead);
      for_each<N, Alike, kStep / kWidth, kVectors>(cos + i, sin + i, rows, part);
    }
    for (; i < done; i += kLanes) for_each<N, Alike, 1, 1>(cos + i, sin + i, rows, part);
    from += rows.in, to += rows.out, cos += rows.table, sin += rows.table;
  }
  return done;
}

// float64 is left to the compiler's own vectors.
template <int N, bool Alike, bool Stream>
inline int64_t halves(const double*, const double*, double*, double*, const double*,
                      const double*, int64_t, const Rows&) {
  return 0;
}
template <int N, bool Alike, bool Stream>
inline int64_t adjacent(const double*, double*, const double*, const double*, int64_t,
                        const Rows&) {
  return 0;
}

// Heads that are not crossing; the rest of a segment that fills no vector goes one by one.
template <class T, class A, Way kWay>
inline void turn_rows(const Head& head, const T* from, T* to, const A* all_cos, const A* all_sin,
                      Rows rows) {
  constexpr bool kStream = kWay == kStreaming;
  for (int64_t n = 0; n < head.segment_count; ++n, rows.ahead = 0) {
    const Segment& part = head.segments[n];
    const A *cos = all_cos + part.pair, *sin = all_sin + part.pair;
    const bool vectors = part.read_adjacent == part.write_adjacent;
    const int64_t in = part.read_adjacent ? 2 : 1, out = part.write_adjacent ? 2 : 1;
    const T *x0 = from + part.read_first, *x1 = from + part.read_second;
    T *y0 = to + part.write_first, *y1 = to + part.write_second;
    auto turn = [&]<int N, bool Alike>() {
      return part.read_adjacent
                 ? adjacent<N, Alike, kStream>(x0, y0, cos, sin, part.count, rows)
                 : halves<N, Alike, kStream>(x0, x1, y0, y1, cos, sin, part.count, rows);
    };
    int64_t done = 0;
    if (vectors && rows.across == 1) done = turn.template operator()<1, true>();
    if constexpr (kWay == kSideBySide) {
      if (vectors && rows.across == kAbreast)
        done = rows.table_across ? turn.template operator()<kAbreast, false>()
                                 : turn.template operator()<kAbreast, true>();
    }
    if (done == part.count) continue;
    for (int64_t r = 0; r < rows.count; ++r) {
      for (int64_t n = 0; n < rows.across; ++n) {
        const int64_t from_row = r * rows.in + n * rows.in_across;
        const int64_t to_row = r * rows.out + n * rows.out_across;
        const int64_t table = r * rows.table + n * rows.table_across;
        for (int64_t i = done; i < part.count; ++i) {
          const A a = widen(x0[from_row + in * i]), b = widen(x1[from_row + in * i]);
          const A c = cos[table + i], s = sin[table + i];
          narrow(a * c - b * s, y0 + to_row + out * i);
          narrow(a * s + b * c, y1 + to_row + out * i);
        }
      }
    }
  }
}
