// Rounding to the 16-bit formats; part of more than one loop.
#pragma once

// The bits of a float16, rounded to nearest even; a finite value that would become infinite is clamped to ±65504 and
// counted.
INLINE uint16_t roundOneToFloat16(float value, long *saturated) {
  float size = fabsf(value);
  // From 65520 on, rounding to nearest even would give infinity.
  if (size >= 65520 && size < INFINITY) {
    *saturated += 1;
    value = value > 0 ? 65504 : -65504;
  }
  _Float16 half = (_Float16)value;
  uint16_t bits;
  memcpy(&bits, &half, sizeof bits);
  return bits;
}

static __attribute__((noinline)) Short8 roundLargeToFloat16(Float8 values, long *saturated) {
  Short8 result;
  for (int lane = 0; lane < 8; lane++) result[lane] = roundOneToFloat16(values[lane], saturated);
  return result;
}

INLINE Short8 roundToFloat16(Float8 values, long *saturated) {
  Int8 bits;
  memcpy(&bits, &values, sizeof bits);
  // 65520 as bits: magnitudes are compared as integers, so that infinities and NaN are found too.
  if (anyLane((bits & 0x7fffffff) > 0x477fefff)) return roundLargeToFloat16(values, saturated);
  Half8 halves = __builtin_convertvector(values, Half8);
  Short8 result;
  memcpy(&result, &halves, sizeof result);
  return result;
}

// The upper half of a float32's bits, rounded to nearest even; NaN stays NaN.
INLINE uint16_t roundOneToBFloat16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
  return (uint16_t)((value == value ? rounded : bits | 0x400000) >> 16);
}

INLINE Short8 roundToBFloat16(Float8 values) {
  UInt8 bits;
  memcpy(&bits, &values, sizeof bits);
  UInt8 rounded = bits + 0x7fff + (bits >> 16 & 1);
  Int8 isNumber = values == values;
  UInt8 mask;
  memcpy(&mask, &isNumber, sizeof mask);
  UInt8 kept = (mask & rounded) | (~mask & (bits | 0x400000));
  return __builtin_convertvector(kept >> 16, Short8);
}
