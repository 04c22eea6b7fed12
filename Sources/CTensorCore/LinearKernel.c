// The operations around the product of a linear layer, row by row.
#include "Vectors.h"

void msa_add_rows(const float *x, long xStride, long rows, long columns, float *to, long stride) {
  for (long row = 0; row < rows; row++) {
    const float *from = x + row * xStride;
    float *y = to + row * stride;
    APART_OR_SAME
    for (long column = 0; column < columns; column++) y[column] += from[column];
  }
}

void msa_copy_rows(const float *x, long xStride, long rows, long columns, float *to, long stride) {
  for (long row = 0; row < rows; row++)
    for (long column = 0; column < columns; column++) to[row * stride + column] = x[row * xStride + column];
}

void msa_scale_and_copy(
    const float *x, long xStride, long rows, long columns, float factor, float *to, long stride, bool adding) {
  for (long row = 0; row < rows; row++) {
    const float *from = x + row * xStride;
    float *y = to + row * stride;
    if (adding)
      for (long column = 0; column < columns; column++) y[column] += from[column] * factor;
    else
      for (long column = 0; column < columns; column++) y[column] = from[column] * factor;
  }
}

void msa_rectify(float *x, long count) {
  for (long index = 0; index < count; index++) x[index] = x[index] < 0 ? 0 : x[index];  // NaN stays NaN
}

void msa_rectify_backward(
    float *gradient, long gradientStride, const float *output, long stride, long rows, long columns, float scale) {
  for (long row = 0; row < rows; row++) {
    float *g = gradient + row * gradientStride;
    const float *y = output + row * stride;
    APART_OR_SAME
    for (long column = 0; column < columns; column++) g[column] = y[column] > 0 ? g[column] * scale : 0;
  }
}

void msa_drop(float *restrict values, const uint32_t *restrict words, long count, uint32_t threshold, float scale) {
  for (long index = 0; index < count; index++) values[index] = words[index] < threshold ? values[index] * scale : 0;
}

END_OF_VECTORS
