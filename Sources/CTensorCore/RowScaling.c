// Scaling of rows, as scikit-learn's RobustScaler.transform does on float32 input.
#include "Vectors.h"
#include "Rounding.h"

// (x − centre) in float32, divided in float64, rounded to float32; NaN becomes 0 and is counted in `missing`, downwards.
INLINE Float8 scaled(Float8 cell, Float8 center, Double8 scale, Int8 *missing) {
  Float8 result = __builtin_convertvector(__builtin_convertvector(cell - center, Double8) / scale, Float8);
  Int8 isMissing = result != result;
  *missing += isMissing;
  return select8(isMissing, (Float8)0, result);
}

// Stores eight scaled cells in a format.
INLINE void storeAs(int format, Float8 cells, char *to, long *saturated) {
  if (format == msa_float32) {
    memcpy(to, &cells, sizeof cells);
  } else {
    Short8 bits = format == msa_float16 ? roundToFloat16(cells, saturated) : roundToBFloat16(cells);
    memcpy(to, &bits, sizeof bits);
  }
}

INLINE void scaleRows(
    int format, const float *rows, long rowCount, long width, const float *center, const double *scale, char *to,
    long *imputed, long *saturated) {
  long size = format == msa_float32 ? 4 : 2;
  for (long row = 0; row < rowCount; row++) {
    const float *cells = rows + row * width;
    Int8 missing = 0;
    long column = 0;
    for (; column + 8 <= width; column += 8) {
      Double8 divisor;
      memcpy(&divisor, scale + column, sizeof divisor);
      storeAs(format, scaled(load8(cells + column), load8(center + column), divisor, &missing), to, saturated);
      to += 8 * size;
    }
    if (column < width) {
      // Padded with zeros.
      Float8 cell = 0, shift = 0;
      Double8 divisor = 1;
      for (long lane = 0; lane < width - column; lane++) {
        cell[lane] = cells[column + lane];
        shift[lane] = center[column + lane];
        divisor[lane] = scale[column + lane];
      }
      char last[32];
      storeAs(format, scaled(cell, shift, divisor, &missing), last, saturated);
      memcpy(to, last, (width - column) * size);
      to += (width - column) * size;
    }
    for (int lane = 0; lane < 8; lane++) *imputed -= missing[lane];
  }
}

void msa_scale_rows(
    const float *rows, long rowCount, long width, const float *center, const double *scale, int format, void *stored,
    long *imputed, long *saturated) {
  if (format == msa_float16) scaleRows(msa_float16, rows, rowCount, width, center, scale, stored, imputed, saturated);
  if (format == msa_bfloat16) scaleRows(msa_bfloat16, rows, rowCount, width, center, scale, stored, imputed, saturated);
  if (format == msa_float32) scaleRows(msa_float32, rows, rowCount, width, center, scale, stored, imputed, saturated);
}

END_OF_VECTORS
