// The exponential of the kernels and of Swift; see ElementaryFunctions.swift.
#pragma once
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// eˣ, rounded to float32 from a polynomial in float64: at most 0.51 units in the last place from the true value.
static inline __attribute__((always_inline)) float msa_exponential(float x) {
  // Beyond these the result is infinite or 0 anyway; NaN stays NaN.
  double value = x;
  value = value > 90 ? 90 : value;
  value = value < -105 ? -105 : value;
  // The sum's lowest bits are the nearest integer.
  double shifted = value * 1.4426950408889634 + 0x1.8p52;
  double power = shifted - 0x1.8p52;
  double r = value - power * 0.6931471805599453;
  double p = 2.4801587301587302e-5;
  p = p * r + 1.9841269841269841e-4;
  p = p * r + 1.388888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 1.6666666666666666e-1;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52;
  double scale;
  memcpy(&scale, &bits, sizeof scale);
  return (float)(p * scale);
}
