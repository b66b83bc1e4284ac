// Loads and stores of ROPESPEC_LANES values as float32, for each element type.
// Included once by each file that is compiled for one instruction set, in a namespace of its own.

constexpr int kLanes = ROPESPEC_LANES;

typedef float Floats __attribute__((vector_size(4 * ROPESPEC_LANES)));
typedef uint32_t Words __attribute__((vector_size(4 * ROPESPEC_LANES)));
typedef int32_t Lanes __attribute__((vector_size(4 * ROPESPEC_LANES)));
typedef uint16_t Shorts __attribute__((vector_size(2 * ROPESPEC_LANES)));

struct BFloat16 {
  uint16_t bits;
};
struct Float16 {
  uint16_t bits;
};

template <class T>
inline T read(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <class To, class From>
inline To bits_of(From value) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To result;
  std::memcpy(&result, &value, sizeof(To));
  return result;
}

// One value at a time: the ends of rows, and machines without vectors of this kind.

inline float widen(float x) { return x; }
inline double widen(double x) { return x; }
inline float widen(BFloat16 x) { return bits_of<float>(uint32_t(x.bits) << 16); }

inline void narrow(float value, float* to) { *to = value; }
inline void narrow(double value, double* to) { *to = value; }
inline void narrow(float value, BFloat16* to) {
  uint32_t word = bits_of<uint32_t>(value);
  to->bits = value != value ? 0x7fc0 : uint16_t((word + 0x7fff + ((word >> 16) & 1)) >> 16);
}

#if ROPESPEC_LANES > 4
inline float widen(Float16 x) { return _cvtsh_ss(x.bits); }
inline void narrow(float value, Float16* to) {
  to->bits = _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT);
}
#else
inline float widen(Float16 x) {
  uint32_t sign = uint32_t(x.bits & 0x8000) << 16, size = x.bits & 0x7fff;
  if (size >= 0x7c00) return bits_of<float>(sign | 0x7f800000 | ((size & 0x3ff) << 13));
  // Shifted into place the exponent is 112 too small; the product mends that, subnormals too.
  float scaled = bits_of<float>(size << 13) * 0x1p112f;
  return bits_of<float>(sign | bits_of<uint32_t>(scaled));
}
inline void narrow(float value, Float16* to) {
  uint32_t word = bits_of<uint32_t>(value), sign = (word >> 16) & 0x8000;
  uint32_t size = word & 0x7fffffff;
  if (size > 0x7f800000) {
    to->bits = uint16_t(sign | 0x7e00);
  } else if (size >= 0x477ff000) {  // 65520 and above round to infinity
    to->bits = uint16_t(sign | 0x7c00);
  } else if (size < 0x38800000) {  // subnormal: an addition rounds at 2^-24
    float sum = bits_of<float>(size) + 0.5f;
    to->bits = uint16_t(sign | (bits_of<uint32_t>(sum) - 0x3f000000));
  } else {
    size += 0xfff + ((size >> 13) & 1);
    to->bits = uint16_t(sign | ((size - 0x38000000) >> 13));
  }
}
#endif

// kLanes values at a time.

inline Floats load(const float* from) { return read<Floats>(from); }
inline Floats load(const double* from) {
  typedef double Doubles __attribute__((vector_size(8 * ROPESPEC_LANES)));
  return __builtin_convertvector(read<Doubles>(from), Floats);
}
inline Floats load(const BFloat16* from) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_slli_epi32(_mm512_cvtepu16_epi32(read<__m256i>(from)), 16);
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_slli_epi32(_mm256_cvtepu16_epi32(read<__m128i>(from)), 16);
#else
  return (Floats)(__builtin_convertvector(read<Shorts>(from), Words) << 16);
#endif
}
inline Floats load(const Float16* from) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_cvtph_ps(read<__m256i>(from));
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_cvtph_ps(read<__m128i>(from));
#else
  Floats result;
  for (int lane = 0; lane < kLanes; ++lane) result[lane] = widen(from[lane]);
  return result;
#endif
}

inline Shorts shorts_of(Floats value, BFloat16) {
  // Rounded to nearest even, in the upper half made the lower. A NaN that came from bfloat16,
  // or of infinities, has nothing in the lower half that could carry.
  Words word = (Words)value;
  word = (word + 0x7fff + ((word >> 16) & 1)) >> 16;
  return __builtin_convertvector(word, Shorts);
}
inline Shorts shorts_of(Floats value, Float16) {
#if ROPESPEC_LANES == 16
  return (Shorts)_mm512_cvtps_ph((__m512)value, _MM_FROUND_TO_NEAREST_INT);
#elif ROPESPEC_LANES == 8
  return (Shorts)_mm256_cvtps_ph((__m256)value, _MM_FROUND_TO_NEAREST_INT);
#else
  Shorts result;
  for (int lane = 0; lane < kLanes; ++lane) {
    Float16 one;
    narrow(value[lane], &one);
    result[lane] = one.bits;
  }
  return result;
#endif
}

template <bool Stream, class Vector>
inline void put(Vector value, void* to) {
#if ROPESPEC_LANES > 4
  if constexpr (Stream) {
    if constexpr (sizeof(Vector) == 16) {
      _mm_stream_si128((__m128i*)to, (__m128i)value);
    } else if constexpr (sizeof(Vector) == 32) {
      _mm256_stream_si256((__m256i*)to, (__m256i)value);
    }
#if ROPESPEC_LANES == 16
    if constexpr (sizeof(Vector) == 64) _mm512_stream_si512((__m512i*)to, (__m512i)value);
#endif
    return;
  }
#endif
  std::memcpy(to, &value, sizeof(Vector));
}

template <bool Stream>
inline void store(Floats value, float* to) {
  put<Stream>(value, to);
}
template <bool Stream, class T>
inline void store(Floats value, T* to) {
  put<Stream>(shorts_of(value, T{}), to);
}

// Two vectors at a time, even values and odd ones. Two bfloat16 values in a word are a shift
// and a mask away from float32; of other types two vectors are shuffled.
template <class T>
constexpr bool kSplit = false;
template <>
constexpr bool kSplit<BFloat16> = true;  // vectors of it always come split

inline Floats evens(Floats x, Floats y) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_shuffle_ps((__m512)x, (__m512)y, 0x88);
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_shuffle_ps((__m256)x, (__m256)y, 0x88);
#else
  return Floats{x[0], x[2], y[0], y[2]};
#endif
}
inline Floats odds(Floats x, Floats y) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_shuffle_ps((__m512)x, (__m512)y, 0xdd);
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_shuffle_ps((__m256)x, (__m256)y, 0xdd);
#else
  return Floats{x[1], x[3], y[1], y[3]};
#endif
}
// Values 0, 2, 4, ... of two vectors, and 1, 3, 5, ...
inline void apart(Floats x, Floats y, Floats& even, Floats& odd) {
#if ROPESPEC_LANES == 16
  const __m512i at = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i next = _mm512_or_si512(at, _mm512_set1_epi32(1));
  even = (Floats)_mm512_permutex2var_ps((__m512)x, at, (__m512)y);
  odd = (Floats)_mm512_permutex2var_ps((__m512)x, next, (__m512)y);
#elif ROPESPEC_LANES == 8
  even = (Floats)_mm256_permute4x64_pd((__m256d)evens(x, y), 0xd8);
  odd = (Floats)_mm256_permute4x64_pd((__m256d)odds(x, y), 0xd8);
#else
  even = evens(x, y);
  odd = odds(x, y);
#endif
}
inline Floats lower(Floats even, Floats odd) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_unpacklo_ps((__m512)even, (__m512)odd);
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_unpacklo_ps((__m256)even, (__m256)odd);
#else
  return Floats{even[0], odd[0], even[1], odd[1]};
#endif
}
inline Floats upper(Floats even, Floats odd) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_unpackhi_ps((__m512)even, (__m512)odd);
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_unpackhi_ps((__m256)even, (__m256)odd);
#else
  return Floats{even[2], odd[2], even[3], odd[3]};
#endif
}

// Which of the kLanes pairs of values that are split together comes to lie in a lane.
template <class T>
constexpr int place(int lane) {
  if (kSplit<T> || kLanes == 4) return lane;
  return lane / 4 * 2 + lane % 2 + lane / 2 % 2 * (kLanes / 2);
}

template <class T>
inline void split(const T* from, Floats& even, Floats& odd) {
  if constexpr (kSplit<T>) {
    const Words both = read<Words>(from);
    even = (Floats)(both << 16);
    odd = (Floats)(both & 0xffff0000u);
  } else {
    const Floats x = load(from), y = load(from + kLanes);
    even = evens(x, y);
    odd = odds(x, y);
  }
}

// Both rounded to nearest even: upper halves, plus one where the lower half is above the middle,
// or there and the upper half is odd.
inline Words packed(Floats even, Floats odd) {
#if ROPESPEC_LANES == 8
  const __m256i e = (__m256i)even, o = (__m256i)odd;
  const __m256i high = _mm256_blend_epi16(_mm256_srli_epi32(e, 16), o, 0xaa);
  const __m256i low = _mm256_blend_epi16(e, _mm256_slli_epi32(o, 16), 0xaa);
  const __m256i is_even = _mm256_andnot_si256(high, _mm256_set1_epi16(1));
  const __m256i above = _mm256_cmpgt_epi16(_mm256_setzero_si256(), _mm256_subs_epu16(low, is_even));
  return (Words)_mm256_sub_epi16(high, above);
#else
  typedef uint16_t Halves __attribute__((vector_size(4 * ROPESPEC_LANES)));
  const Words e = (Words)even, o = (Words)odd;
  const Halves high = (Halves)((e >> 16) | (o & 0xffff0000u));
  const Halves low = (Halves)((e & 0xffff) | (o << 16));
  return (Words)(high - (Halves)((low | (high & 1)) > 0x8000));
#endif
}

template <bool Stream, class T>
inline void join(Floats even, Floats odd, T* to) {
  if constexpr (kSplit<T>) {
    put<Stream>(packed(even, odd), to);
  } else {
    store<Stream>(lower(even, odd), to);
    store<Stream>(upper(even, odd), to + kLanes);
  }
}

#if ROPESPEC_LANES == 8
// As `packed`, but what lies in the middle goes up: `lower` is 0 where something did.
inline __m256i packed_half_up(Floats even, Floats odd, __m256i& lower) {
  const __m256i half = _mm256_set1_epi32(0x8000);
  const __m256i swap = _mm256_set_epi64x(0x0d0c0f0e09080b0a, 0x0504070601000302,
                                         0x0d0c0f0e09080b0a, 0x0504070601000302);
  const __m256i e = _mm256_shuffle_epi8(_mm256_add_epi32((__m256i)even, half), swap);
  const __m256i o = _mm256_add_epi32((__m256i)odd, half);
  lower = _mm256_blend_epi16(o, e, 0xaa);
  return _mm256_blend_epi16(e, o, 0xaa);
}
#endif

// Twice `join`, of even values and odd ones. Of bfloat16, what lies exactly in the middle is so
// rare that it is faster to look for it in both at once and then to begin anew.
template <bool Stream, class T>
inline void join(const Floats (&x)[2], const Floats (&y)[2], T* to_x, T* to_y) {
#if ROPESPEC_LANES == 8
  if constexpr (kSplit<T>) {
    __m256i lower_x, lower_y;
    const __m256i whole_x = packed_half_up(x[0], x[1], lower_x);
    const __m256i whole_y = packed_half_up(y[0], y[1], lower_y);
    const __m256i least = _mm256_min_epu16(lower_x, lower_y);
    const __m256i middle = _mm256_cmpeq_epi16(least, _mm256_setzero_si256());
    if (__builtin_expect(!_mm256_movemask_epi8(middle), 1)) {
      put<Stream>(whole_x, to_x);
      put<Stream>(whole_y, to_y);
      return;
    }
  }
#endif
  join<Stream>(x[0], x[1], to_x);
  join<Stream>(y[0], y[1], to_y);
}
