// Cosines and sines of a token: from the digits of its position, in the order of the pairs, and
// then in the order in which vectors of them are wanted.

// Pairs begin to end - 1, from the rows of the digits: float64 products and sums one by one,
// then one rounding.
template <int Levels>
inline void add_digits(const double* const* rows, int levels, int64_t pairs, int64_t begin,
                       int64_t end, double turn, float* __restrict cos, float* __restrict sin) {
  if (Levels) levels = Levels;
#pragma GCC ivdep
  for (int64_t i = begin; i < end; ++i) {
    double c = rows[0][i], s = rows[0][pairs + i];
    for (int n = 1; n < levels; ++n) {
      const double by_c = rows[n][i], by_s = rows[n][pairs + i], was = c;
      c = by_c * was - by_s * s;
      s = by_s * was + by_c * s;
    }
    cos[i] = float(c), sin[i] = float(turn * s);
  }
}

inline void row_at(const Job& job, int64_t batch, int64_t seq, float* cos, float* sin) {
  const Angles& angles = job.angles;
  for (int64_t r = 0; r < job.head.run_count; ++r) {
    const AxisRun run = job.head.runs[r];
    int64_t position = angles.offset + seq * angles.step;
    if (angles.positions) {
      position = angles.positions[batch * angles.position_batch + seq * angles.position_seq +
                                  run.axis * angles.position_axis];
    }
    uint64_t size = position < 0 ? 0 - uint64_t(position) : uint64_t(position);
    const bool backwards = (position < 0) != (job.head.sign < 0) ? !job.inverse : job.inverse;
    constexpr uint64_t kMask = kRows - 1;
    const int64_t pairs = job.head.pairs;
    const double* rows[kLevels] = {angles.level[0] + (size & kMask) * 2 * pairs};
    int levels = 1;
    for (int level = 1; size >>= kDigitBits; ++level)
      if (size & kMask) rows[levels++] = angles.level[level] + (size & kMask) * 2 * pairs;
    const auto add = levels == 1   ? add_digits<1>
                     : levels == 2 ? add_digits<2>
                     : levels == 3 ? add_digits<3>
                                   : add_digits<0>;
    add(rows, levels, pairs, run.begin, run.end, backwards ? -1.0 : 1.0, cos, sin);
  }
}

// Whether vectors want cosines and sines in the order of the pairs.
template <class T>
inline bool in_order(const Head& head) {
  for (int64_t n = 0; n < head.segment_count; ++n) {
    const Segment& part = head.segments[n];
    const bool vectors = part.read_adjacent == part.write_adjacent;
    if (vectors && part.read_adjacent != kSplit<T>) return false;
  }
  return true;
}

// Cosines and sines of the caller's may be NaN of any kind. Some have bits that would carry when
// a product is rounded to bfloat16; the usual NaN has none.
template <class A>
void plain_nans(int64_t pairs, A* __restrict cos, A* __restrict sin) {
  for (int64_t i = 0; i < pairs; ++i) {
    cos[i] = cos[i] == cos[i] ? cos[i] : std::numeric_limits<A>::quiet_NaN();
    sin[i] = sin[i] == sin[i] ? sin[i] : std::numeric_limits<A>::quiet_NaN();
  }
}

// Neighbours apart, so that values which are split into even ones and odd ones meet their own.
template <class T, class A, class From>
inline void lay_out(const Head& head, const From* cos, const From* sin, From turn,
                    A* __restrict to_cos, A* __restrict to_sin) {
  constexpr int64_t kBoth = 2 * kLanes;
  for (int64_t n = 0; n < head.segment_count; ++n) {
    const Segment& part = head.segments[n];
    const From *__restrict c = cos + part.pair, *__restrict s = sin + part.pair;
    A *__restrict x = to_cos + part.pair, *__restrict y = to_sin + part.pair;
    const bool vectors = sizeof(A) == sizeof(float) && part.read_adjacent == part.write_adjacent;
    int64_t i = 0;
    for (; vectors && part.read_adjacent && i + kLanes <= part.count; i += kLanes) {
#pragma GCC ivdep
      for (int j = 0; j < kLanes; ++j)
        x[i + j] = A(c[i + place<T>(j)]), y[i + j] = A(turn * s[i + place<T>(j)]);
    }
    for (; vectors && !part.read_adjacent && kSplit<T> && i + kBoth <= part.count; i += kBoth) {
      if constexpr (sizeof(A) == sizeof(float)) {
        Floats even, odd;
        apart(load(c + i), load(c + i + kLanes), even, odd);
        store<false>(even, x + i), store<false>(odd, x + i + kLanes);
        apart(load(s + i) * float(turn), load(s + i + kLanes) * float(turn), even, odd);
        store<false>(even, y + i), store<false>(odd, y + i + kLanes);
      }
    }
#pragma GCC ivdep
    for (int64_t j = i; j < part.count; ++j) x[j] = A(c[j]), y[j] = A(turn * s[j]);
  }
}
