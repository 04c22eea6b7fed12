// The common start of every file of this library: vectors of eight, and the instructions that the functions after it
// may use.
//
// Products and sums are rounded one by one, in the order written: no compiler may contract them, so that every machine
// has the same bits. A fused multiply-add is always written as such.
#pragma once
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "CTensorCore.h"

#pragma STDC FP_CONTRACT OFF

typedef float Float8 __attribute__((ext_vector_type(8)));
typedef double Double8 __attribute__((ext_vector_type(8)));
typedef int32_t Int8 __attribute__((ext_vector_type(8)));
typedef uint32_t UInt8 __attribute__((ext_vector_type(8)));
typedef uint16_t Short8 __attribute__((ext_vector_type(8)));
typedef _Float16 Half8 __attribute__((ext_vector_type(8)));

// On x86-64 functions from here on need a processor that `Processor.check` does not refuse; elsewhere vectors of eight
// become two of four.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#define END_OF_VECTORS _Pragma("clang attribute pop")
#else
#define END_OF_VECTORS
#endif

// Vectors are only handed to functions that are always inlined, so the calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
// Before a loop whose arrays are either disjoint or identical, element by element: the compiler need not check for
// overlap.
#define APART_OR_SAME _Pragma("clang loop vectorize(assume_safety)")

#define INLINE static inline __attribute__((always_inline))

INLINE Float8 load8(const float *from) {
  Float8 x;
  memcpy(&x, from, sizeof x);
  return x;
}

INLINE void store8(float *to, Float8 x) { memcpy(to, &x, sizeof x); }

// The lanes added one by one.
INLINE float sumOfLanes(Float8 x) {
  float sum = x[0];
  for (int lane = 1; lane < 8; lane++) sum += x[lane];
  return sum;
}

// a where the lane of a mask is all ones, b where it is 0.
INLINE Float8 select8(Int8 mask, Float8 a, Float8 b) {
  Int8 x, y;
  memcpy(&x, &a, sizeof x);
  memcpy(&y, &b, sizeof y);
  x = (mask & x) | (~mask & y);
  Float8 result;
  memcpy(&result, &x, sizeof result);
  return result;
}

// Whether some lane of a mask is set.
INLINE bool anyLane(Int8 mask) {
  uint64_t pairs[4];
  memcpy(pairs, &mask, sizeof pairs);
  return (pairs[0] | pairs[1] | pairs[2] | pairs[3]) != 0;
}

// Whether some lane is not finite, of a sum of differences that are 0 where it is.
INLINE bool anyNaN(Float8 x) { return anyLane(x != x); }
