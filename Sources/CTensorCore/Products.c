// Products of float32 matrices whose bits depend on the factors alone.
//
// Every element of an output is one chain of fused multiply-adds over the inner index, from 0 (or from the existing
// value) upwards. Vectors run over the elements of the output, never over the inner index, so their width, tiles,
// blocks and threads change no bit: AVX2, AVX-512 and NEON agree.
#include <stdbool.h>

#include "CTensorCore.h"

typedef float Lanes4 __attribute__((ext_vector_type(4)));
typedef float Lanes8 __attribute__((ext_vector_type(8)));
typedef float Lanes16 __attribute__((ext_vector_type(16)));

#if defined(__x86_64__)
#include <immintrin.h>

// A mask of AVX: `count` lanes are set.
static const int productMasks[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

#define WIDTH 512
#define LANES 16
#define ROWS 12
#define TARGET __attribute__((target("avx2,fma,avx512f")))
#define LOAD_SOME(p, count) ((Lanes16)_mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p))
#define STORE_SOME(p, count, x) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (count)) - 1), (__m512)(x))
#include "ProductKernel.h"

#define WIDTH 256
#define LANES 8
#define ROWS 6
#define TARGET __attribute__((target("avx2,fma")))
#define LANE_MASK(count) _mm256_loadu_si256((const __m256i *)(productMasks + 8 - (count)))
#define LOAD_SOME(p, count) ((Lanes8)_mm256_maskload_ps(p, LANE_MASK(count)))
#define STORE_SOME(p, count, x) _mm256_maskstore_ps(p, LANE_MASK(count), (__m256)(x))
#include "ProductKernel.h"

// What a processor with four-lane vectors, such as arm64, computes.
#define WIDTH 128
#define LANES 4
#define ROWS 6
#define TARGET __attribute__((target("avx2,fma")))
#define LANE_MASK(count) _mm_loadu_si128((const __m128i *)(productMasks + 8 - (count)))
#define LOAD_SOME(p, count) ((Lanes4)_mm_maskload_ps(p, LANE_MASK(count)))
#define STORE_SOME(p, count, x) _mm_maskstore_ps(p, LANE_MASK(count), (__m128)(x))
#include "ProductKernel.h"

#else

static inline __attribute__((always_inline)) Lanes4 productLoadSome(const float *p, int count) {
  Lanes4 x = 0;
  for (int lane = 0; lane < 4; lane++)
    if (lane < count) x[lane] = p[lane];
  return x;
}

static inline __attribute__((always_inline)) void productStoreSome(float *p, int count, Lanes4 x) {
  for (int lane = 0; lane < 4; lane++)
    if (lane < count) p[lane] = x[lane];
}

#define WIDTH 128
#define LANES 4
#define ROWS 12
#define TARGET
#define LOAD_SOME(p, count) productLoadSome(p, count)
#define STORE_SOME(p, count, x) productStoreSome(p, count, x)
#include "ProductKernel.h"

#endif
