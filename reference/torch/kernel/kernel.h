// The rotation of a block of tokens. Included by one file for each instruction set, which
// defines ROPESPEC_LANES (float32 values in a vector: 4, 8 or 16) and its namespace.

#include "elements.h"
#include "rows.h"
#include "turn.h"

// Bytes that memory is asked for ahead of their use, as measured; of all 16-bit heads of one
// token after the other, twice as many.
constexpr int64_t kAhead = 2048;

// Streams that lie a multiple of so many bytes apart get in each other's way, up to four times
// as slow as one by one: a million tokens of 128 channels of bfloat16 are 2**28 bytes.
constexpr int64_t kMeeting = int64_t(1) << 27;

template <class T, class A, Way kWay>
inline void rotate_head(const Head& head, const T* from, T* to, const A* cos, const A* sin,
                        T* copy) {
  if (head.crossing) {
    std::memcpy(copy, from, sizeof(T) * head.head_dim);
    from = copy;
  }
  turn_rows<T, A, kWay>(head, from, to, cos, sin, {1, 0, 0, 0, 1, 0, 0, 0, 0});
}

// One head of one token whose channels do not lie side by side.
template <class T, class A>
inline void rotate_strided(const Head& head, const Operand& x, const T* from, T* to,
                           const A* cos, const A* sin, T* copy) {
  T* whole = copy + head.head_dim;
  for (int64_t i = 0; i < head.head_dim; ++i) whole[i] = from[i * x.in_dim];
  rotate_head<T, A, kPlain>(head, whole, whole, cos, sin, copy);
  for (int64_t i = 0; i < head.head_dim; ++i) to[i * x.out_dim] = whole[i];
}

// Copy the channels that do not turn.
template <class T>
inline void pass(const Head& head, const T* from, T* to) {
  for (int64_t n = 0; n < head.passed_count; ++n) {
    const Range part = head.passed[n];
    std::memcpy(to + part.begin, from + part.begin, sizeof(T) * (part.end - part.begin));
  }
}

template <class T, class A, Way kWay>
void rotate_rows(const Job& job, const Operand& x, const T* in, T* out, const A* cos,
                 const A* sin, const Rows& rows, T* copy) {
  const bool plain = x.in_dim == 1 && x.out_dim == 1, turned = plain && !job.head.crossing;
  const bool passing = plain && in != out && job.head.passed_count;
  for (int64_t r = 0; (passing || !turned) && r < rows.count; ++r) {
    for (int64_t n = 0; n < rows.across; ++n) {
      const T* from = in + r * rows.in + n * rows.in_across;
      T* to = out + r * rows.out + n * rows.out_across;
      const int64_t table = r * rows.table + n * rows.table_across;
      const A *c = cos + table, *s = sin + table;
      if (passing) pass(job.head, from, to);
      if (turned) continue;
      if (plain) {
        rotate_head<T, A, kWay>(job.head, from, to, c, s, copy);
      } else {
        rotate_strided<T, A>(job.head, x, from, to, c, s, copy);
      }
    }
  }
  if (turned) turn_rows<T, A, kWay>(job.head, in, out, cos, sin, rows);
}

// Tokens of one sequence; from one to the next the row of cosines and sines is `table` further.
struct Run {
  int64_t batch, seq, count, table;
};

// Head by head where a head's tokens are nearer to each other than a token's heads, otherwise
// token by token; tokens that turn alike and lie end to end are one token of many heads. Several
// rows go side by side where memory is what takes the time: it gives several streams faster than
// one. Of 16-bit values it does not, except where heads share cosines.
template <class T, class A, Way kWay>
void rotate_operand(const Job& job, const Operand& x, const Run& run, const A* cos, const A* sin,
                    T* copy) {
  const T* in = (const T*)x.in + run.batch * x.in_batch + run.seq * x.in_seq;
  T* out = (T*)x.out + run.batch * x.out_batch + run.seq * x.out_seq;
  const bool end_to_end = x.in_seq == x.heads * x.in_head && x.out_seq == x.heads * x.out_head;
  const bool alike = kWay != kSideBySide && !run.table && end_to_end;
  const int64_t tokens = alike ? 1 : run.count, heads = alike ? run.count * x.heads : x.heads;
  const bool by_head = x.in_head > x.in_seq && tokens > 1;
  const bool dense = (by_head ? x.in_seq : x.in_head) == job.head.head_dim;
  const int64_t further = by_head || sizeof(T) > 2 ? 1 : 2;
  const int64_t ahead = dense ? further * kAhead / int64_t(sizeof(T)) : 0;
  auto rotate = [&](int64_t head, int64_t token, const Rows& rows) {
    rotate_rows<T, A, kWay>(job, x, in + head * x.in_head + token * x.in_seq,
                            out + head * x.out_head + token * x.out_seq,
                            cos + token * run.table, sin + token * run.table, rows, copy);
  };
  const bool meet = by_head && x.in_head * int64_t(sizeof(T)) % kMeeting == 0;
  const int64_t most = kWay == kSideBySide && !meet ? kAbreast : 1;
  for (int64_t h = 0; by_head && h < heads;) {
    const int64_t across = h + most <= heads ? most : 1;
    rotate(h, 0, {tokens, x.in_seq, x.out_seq, run.table, across, x.in_head, x.out_head, 0,
                  ahead / across});
    h += across;
  }
  const int64_t apart = !by_head && most > 1 && sizeof(T) > 2 ? tokens / most : 0;
  for (int64_t t = 0; t < apart; ++t)
    rotate(0, t, {heads, x.in_head, x.out_head, 0, most, apart * x.in_seq, apart * x.out_seq,
                  apart * run.table, ahead / most});
  for (int64_t t = apart * most; !by_head && t < tokens; ++t)
    rotate(0, t, {heads, x.in_head, x.out_head, 0, 1, 0, 0, 0, ahead});
}

// Whether two neighbouring tokens turn alike, so that one row serves both.
inline bool same_angles(const Job& job, int64_t b0, int64_t s0, int64_t b1, int64_t s1) {
  const Angles& angles = job.angles;
  if (angles.cos) return b0 * angles.row_batch + s0 * angles.row_seq ==
                         b1 * angles.row_batch + s1 * angles.row_seq;
  if (!angles.positions) return s0 == s1 || !angles.step;
  const int64_t* p = angles.positions + b0 * angles.position_batch + s0 * angles.position_seq;
  const int64_t* q = angles.positions + b1 * angles.position_batch + s1 * angles.position_seq;
  for (int64_t r = 0; r < job.head.run_count; ++r) {
    const int64_t axis = job.head.runs[r].axis * angles.position_axis;
    if (p[axis] != q[axis]) return false;
  }
  return true;
}

// Make the rows of cosines and sines of some tokens, one for neighbours that turn alike; `row`
// says which is whose.
template <class T, class A>
void make_rows(const Job& job, int64_t batch, int64_t seq, int64_t count, A* cos, A* sin,
               float* whole, int32_t* row) {
  const Angles& angles = job.angles;
  const int64_t pairs = job.head.pairs;
  const double turn = job.inverse ? -1.0 : 1.0;
  const bool as_made = sizeof(A) == sizeof(float) && in_order<T>(job.head);
  int32_t rows = 0;
  for (int64_t t = 0; t < count; ++t) {
    const int64_t last_batch = batch, last_seq = seq;
    if (t && ++seq == job.seq) ++batch, seq = 0;
    if (t && same_angles(job, last_batch, last_seq, batch, seq)) {
      row[t] = rows - 1;
      continue;
    }
    A *to_cos = cos + rows * pairs, *to_sin = sin + rows * pairs;
    row[t] = rows++;
    const int64_t at = batch * angles.row_batch + seq * angles.row_seq;
    if (!angles.cos && as_made) {
      row_at(job, batch, seq, (float*)to_cos, (float*)to_sin);
    } else if (!angles.cos) {
      row_at(job, batch, seq, whole, whole + pairs);
      lay_out<T, A, float>(job.head, whole, whole + pairs, 1.0f, to_cos, to_sin);
    } else if (angles.rows_are_double) {
      lay_out<T, A, double>(job.head, (const double*)angles.cos + at,
                            (const double*)angles.sin + at, turn, to_cos, to_sin);
    } else {
      lay_out<T, A, float>(job.head, (const float*)angles.cos + at,
                           (const float*)angles.sin + at, float(turn), to_cos, to_sin);
    }
    if (angles.cos) plain_nans(pairs, to_cos, to_sin);
  }
}

template <class T, class A, Way kWay>
void rotate_tokens(const Job& job, int64_t begin, int64_t end, char* scratch) {
  if (begin == end) return;
  const int64_t pairs = job.head.pairs, block = job.head.block;
  A *cos = reinterpret_cast<A*>(scratch), *sin = cos + block * pairs;
  double* rest = reinterpret_cast<double*>(scratch) + 2 * block * pairs;
  T* copy = reinterpret_cast<T*>(rest + 2 * pairs);
  int32_t row[kBlock];
  int64_t batch = begin / job.seq, seq = begin % job.seq;
  for (; begin < end; begin += block) {
    const int64_t count = std::min(end - begin, block);
    make_rows<T, A>(job, batch, seq, count, cos, sin, reinterpret_cast<float*>(rest), row);
    for (int64_t t = 0, next; t < count; t = next) {
      const int64_t last = std::min(count, t + job.seq - seq);
      next = t + 1;
      const int32_t step = next < last ? row[next] - row[t] : 0;
      while (next < last && row[next] - row[next - 1] == step) ++next;
      const Run run{batch, seq, next - t, step * pairs};
      for (int64_t n = 0; n < job.operand_count; ++n)
        rotate_operand<T, A, kWay>(job, job.operand[n], run, cos + row[t] * pairs,
                                     sin + row[t] * pairs, copy);
      if ((seq += next - t) == job.seq) ++batch, seq = 0;
    }
  }
#if ROPESPEC_LANES > 4
  if (kWay == kStreaming) _mm_sfence();
#endif
}

template <Way kWay>
constexpr std::array<Rotate, kElements> kernels_of() {
  const Rotate wide = kWay == kPlain ? rotate_tokens<double, double, kPlain> : nullptr;
  return {wide, rotate_tokens<float, float, kWay>, rotate_tokens<BFloat16, float, kWay>,
          rotate_tokens<Float16, float, kWay>};
}
