// The rotation of rows of channels.
//
// No operation is contracted into a fused multiply-add: products and sums are rounded one by
// one, so every instruction set, and plain torch, gives the same bits.

// Rows that are turned one after the other: the heads of a token, which turn alike, or the
// tokens of a head. A row is read from end to end, so that the processor sees where it goes on,
// and written in whole lines. Strides in elements; `table` is that of cosines and sines.
struct Rows {
  int64_t count, in, out, table;
  int64_t ahead;  // elements that memory is asked for ahead of their use, or 0
};

template <class T>
constexpr int64_t kLine = 64 / int64_t(sizeof(T));  // elements in a line of the caches

template <bool Stream, bool Split, class T>
inline void halves_part(const T* first, const T* second, T* to_first, T* to_second,
                        const float* cos, const float* sin) {
  if constexpr (Split) {
    Floats a[2], b[2], y[2], z[2];
    split(first, a[0], a[1]);
    split(second, b[0], b[1]);
    for (int n = 0; n < 2; ++n) {
      const Floats c = load(cos + n * kLanes), s = load(sin + n * kLanes);
      y[n] = a[n] * c - b[n] * s;
      z[n] = a[n] * s + b[n] * c;
    }
    join<Stream>(y[0], y[1], to_first);
    join<Stream>(z[0], z[1], to_second);
  } else {
    const Floats a = load(first), b = load(second), c = load(cos), s = load(sin);
    store<Stream>(a * c - b * s, to_first);
    store<Stream>(a * s + b * c, to_second);
  }
}

// It returns how many pairs fill vectors, and are done.
template <bool Stream, class T>
inline int64_t halves(const T* first, const T* second, T* to_first, T* to_second,
                      const float* cos, const float* sin, int64_t count, const Rows& rows) {
  constexpr bool kBoth = kSplit<T>;
  constexpr int64_t kWidth = (kBoth ? 2 : 1) * kLanes, kStep = std::max(kLine<T>, kWidth);
  const int64_t steps = count - count % kStep, wide = count - count % kWidth;
  const int64_t done = count - count % kLanes;
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t i = 0;
    auto part = [&]<bool Split>() {
      halves_part<Stream, Split>(first + i, second + i, to_first + i, to_second + i, cos + i,
                                 sin + i);
    };
    while (i < steps) {
      if (rows.ahead) {
        __builtin_prefetch(first + i + rows.ahead);
        __builtin_prefetch(second + i + rows.ahead);
      }
#pragma GCC unroll 8
      for (int n = 0; n < kStep / kWidth; ++n, i += kWidth) part.template operator()<kBoth>();
    }
    for (; i < wide; i += kWidth) part.template operator()<kBoth>();
    for (; i < done; i += kLanes) part.template operator()<false>();
    first += rows.in, second += rows.in, to_first += rows.out, to_second += rows.out;
    cos += rows.table, sin += rows.table;
  }
  return done;
}

template <bool Stream, class T>
inline int64_t adjacent(const T* from, T* to, const float* cos, const float* sin, int64_t count,
                        const Rows& rows) {
  constexpr int64_t kStep = std::max<int64_t>(kLine<T> / 2, kLanes);
  const int64_t steps = count - count % kStep, done = count - count % kLanes;
  for (int64_t r = 0; r < rows.count; ++r) {
    int64_t i = 0;
    auto part = [&] {
      Floats a, b;
      split(from + 2 * i, a, b);
      const Floats c = load(cos + i), s = load(sin + i);
      join<Stream>(a * c - b * s, a * s + b * c, to + 2 * i);
    };
    while (i < steps) {
      for (int64_t n = 0; rows.ahead && n < 2 * kStep; n += kLine<T>)
        __builtin_prefetch(from + 2 * i + n + rows.ahead);
#pragma GCC unroll 8
      for (int n = 0; n < kStep / kLanes; ++n, i += kLanes) part();
    }
    for (; i < done; i += kLanes) part();
    from += rows.in, to += rows.out, cos += rows.table, sin += rows.table;
  }
  return done;
}

// float64 is left to the compiler's own vectors.
template <bool Stream>
inline int64_t halves(const double*, const double*, double*, double*, const double*,
                      const double*, int64_t, const Rows&) {
  return 0;
}
template <bool Stream>
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
    if (vectors && part.read_adjacent) {
      done = adjacent<Stream>(x0, y0, cos, sin, part.count, rows);
    } else if (vectors) {
      done = halves<Stream>(x0, x1, y0, y1, cos, sin, part.count, rows);
    }
    if (done == part.count) continue;
    for (int64_t r = 0; r < rows.count; ++r) {
      for (int64_t i = done; i < part.count; ++i) {
        const A a = widen(x0[r * rows.in + in * i]), b = widen(x1[r * rows.in + in * i]);
        const A c = cos[r * rows.table + i], s = sin[r * rows.table + i];
        narrow(a * c - b * s, y0 + r * rows.out + out * i);
        narrow(a * s + b * c, y1 + r * rows.out + out * i);
      }
    }
  }
}
