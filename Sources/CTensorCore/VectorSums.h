// Sums of products in a fixed order; part of more than one kernel.
#pragma once

// Σ x·y: eight running sums, joined by halves, then the rest one by one.
INLINE float dot(const float *x, const float *y, long count) {
  Float8 sums = 0;
  long index = 0;
  for (; index + 8 <= count; index += 8) sums += load8(x + index) * load8(y + index);
  float a = sums[0] + sums[4], b = sums[1] + sums[5], c = sums[2] + sums[6], d = sums[3] + sums[7];
  float sum = (a + c) + (b + d);
  for (; index < count; index++) sum += x[index] * y[index];
  return sum;
}

// output += x · factor
INLINE void addScaled(const float *x, float factor, float *output, long count) {
  APART_OR_SAME
  for (long index = 0; index < count; index++) output[index] += x[index] * factor;
}
