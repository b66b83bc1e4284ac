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

// Rounded to nearest even, in the upper half made the lower. A NaN that came from bfloat16, or
// of infinities, has nothing in the lower half that could carry.
inline Words rounded(Floats value) {
  Words word = (Words)value;
  return (word + 0x7fff + ((word >> 16) & 1)) >> 16;
}
inline Shorts shorts_of(Floats value, BFloat16) {
#if ROPESPEC_LANES == 16
  return (Shorts)_mm512_cvtepi32_epi16((__m512i)rounded(value));
#elif ROPESPEC_LANES == 8
  __m256i words = (__m256i)rounded(value);
  return (Shorts)_mm_packus_epi32(_mm256_castsi256_si128(words),
                                  _mm256_extracti128_si256(words, 1));
#else
  return __builtin_convertvector(rounded(value), Shorts);
#endif
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

// Neighbours change places: (0, 1, 2, 3, ...) to (1, 0, 3, 2, ...).
inline Floats swapped(Floats x) {
#if ROPESPEC_LANES == 16
  return (Floats)_mm512_permute_ps((__m512)x, 0xb1);
#elif ROPESPEC_LANES == 8
  return (Floats)_mm256_permute_ps((__m256)x, 0xb1);
#else
  return Floats{x[1], x[0], x[3], x[2]};
#endif
}

// Sixteen bfloat16 at a time, in two vectors: as they are unpacked, values 4 to 7 and 8 to 11
// have changed places, and packing puts them back. Cosines and sines are laid out alike.
template <class T>
constexpr bool kUnpacked = false;
#if ROPESPEC_LANES == 8
template <>
constexpr bool kUnpacked<BFloat16> = true;

struct TwoFloats {
  Floats low, high;
};
inline TwoFloats unpack(const BFloat16* from) {
  const __m256i x = read<__m256i>(from), zero = _mm256_setzero_si256();
  return {(Floats)_mm256_unpacklo_epi16(zero, x), (Floats)_mm256_unpackhi_epi16(zero, x)};
}
template <bool Stream>
inline void pack(Floats low, Floats high, BFloat16* to) {
  put<Stream>(_mm256_packus_epi32((__m256i)rounded(low), (__m256i)rounded(high)), to);
}
#endif
