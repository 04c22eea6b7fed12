// Between float32 and what files hold.
#include "Vectors.h"
#include "Rounding.h"

long msa_to_float16(const float *values, long count, void *stored) {
  long saturated = 0, index = 0;
  char *to = stored;
#pragma clang loop unroll_count(4)
  for (; index + 8 <= count; index += 8) {
    Short8 bits = roundToFloat16(load8(values + index), &saturated);
    memcpy(to + 2 * index, &bits, sizeof bits);
  }
  for (; index < count; index++) {
    uint16_t bits = roundOneToFloat16(values[index], &saturated);
    memcpy(to + 2 * index, &bits, sizeof bits);
  }
  return saturated;
}

void msa_to_bfloat16(const float *values, long count, void *stored) {
  char *to = stored;
  long index = 0;
  for (; index + 8 <= count; index += 8) {
    Short8 bits = roundToBFloat16(load8(values + index));
    memcpy(to + 2 * index, &bits, sizeof bits);
  }
  for (; index < count; index++) {
    uint16_t bits = roundOneToBFloat16(values[index]);
    memcpy(to + 2 * index, &bits, sizeof bits);
  }
}

void msa_from_float16(const void *stored, long count, float *values) {
  const char *from = stored;
  long index = 0;
  for (; index + 8 <= count; index += 8) {
    Half8 halves;
    memcpy(&halves, from + 2 * index, sizeof halves);
    store8(values + index, __builtin_convertvector(halves, Float8));
  }
  for (; index < count; index++) {
    _Float16 half;
    memcpy(&half, from + 2 * index, sizeof half);
    values[index] = (float)half;
  }
}

void msa_from_bfloat16(const void *stored, long count, float *values) {
  const char *from = stored;
  for (long index = 0; index < count; index++) {
    uint16_t bits;
    memcpy(&bits, from + 2 * index, sizeof bits);
    uint32_t wide = (uint32_t)bits << 16;
    memcpy(values + index, &wide, sizeof wide);
  }
}

END_OF_VECTORS
