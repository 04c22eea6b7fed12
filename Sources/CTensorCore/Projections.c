// Products of one vector with many directions, and of two vectors.
#include "Vectors.h"

void msa_project(const float *vector, long width, const float *restrict directions, long count, float *restrict sums) {
  long column = 0;
  // Two columns one after the other: the sums are loaded and stored once.
  for (; column + 2 <= width; column += 2) {
    const float *direction = directions + column * count;
    float first = vector[column], second = vector[column + 1];
    for (long index = 0; index < count; index++)
      sums[index] = (sums[index] + first * direction[index]) + second * direction[count + index];
  }
  for (; column < width; column++) {
    const float *direction = directions + column * count;
    float value = vector[column];
    for (long index = 0; index < count; index++) sums[index] += value * direction[index];
  }
}

float msa_dot_in_lanes(const float *first, const float *second, long count) {
  Float8 lanes = 0;
  long index = 0;
  for (; index + 8 <= count; index += 8) lanes += load8(first + index) * load8(second + index);
  float sum = sumOfLanes(lanes);
  for (; index < count; index++) sum += first[index] * second[index];
  return sum;
}

END_OF_VECTORS
