// Products of embeddings, element by element, of one row.
#include "Vectors.h"
#include "VectorSums.h"

void msa_outer_product(
    const float *x, long xCount, const float *y, long yCount, const float *restrict z, long zCount, float *restrict to) {
  for (long i = 0; i <= xCount; i++) {
    float first = i == 0 ? 1 : x[i - 1];
    for (long j = 0; j <= yCount; j++) {
      float factor = j == 0 ? first : first * y[j - 1];
      float *line = to + (i * (yCount + 1) + j) * (zCount + 1);
      line[0] = factor;
      for (long column = 0; column < zCount; column++) line[column + 1] = factor * z[column];
    }
  }
}

void msa_outer_product_backward(
    const float *gradient, const float *x, long xCount, const float *y, long yCount, const float *z, long zCount,
    float *dx, float *dy, float *dz) {
  for (long column = 0; column < xCount; column++) dx[column] = 0;
  for (long column = 0; column < yCount; column++) dy[column] = 0;
  for (long column = 0; column < zCount; column++) dz[column] = 0;
  for (long i = 0; i <= xCount; i++) {
    float first = i == 0 ? 1 : x[i - 1];
    for (long j = 0; j <= yCount; j++) {
      float second = j == 0 ? 1 : y[j - 1];
      const float *line = gradient + (i * (yCount + 1) + j) * (zCount + 1);
      float inner = line[0] + dot(line + 1, z, zCount);
      if (i > 0) dx[i - 1] += second * inner;
      if (j > 0) dy[j - 1] += first * inner;
      addScaled(line + 1, first * second, dz, zCount);
    }
  }
}

void msa_rank_sum(
    const float *x, const float *y, const float *z, const float *weights, long ranks, const float *bias, long outputs,
    float *restrict output) {
  for (long column = 0; column < outputs; column++) output[column] = bias[column];
  for (long rank = 0; rank < ranks; rank++) {
    long start = rank * outputs;
    for (long column = 0; column < outputs; column++)
      output[column] += weights[rank] * x[start + column] * y[start + column] * z[start + column];
  }
}

void msa_rank_sum_backward(
    const float *gradient, const float *x, const float *y, const float *z, const float *weights, long ranks,
    long outputs, float *restrict dx, float *restrict dy, float *restrict dz, float *weightGradient,
    float *biasGradient) {
  for (long column = 0; column < outputs; column++) biasGradient[column] += gradient[column];
  for (long rank = 0; rank < ranks; rank++) {
    long start = rank * outputs;
    float sum = 0;
    for (long column = 0; column < outputs; column++) {
      long place = start + column;
      float slope = gradient[column] * weights[rank];
      dx[place] = slope * y[place] * z[place];
      dy[place] = slope * x[place] * z[place];
      dz[place] = slope * x[place] * y[place];
      sum += gradient[column] * x[place] * y[place] * z[place];
    }
    weightGradient[rank] += sum;
  }
}

END_OF_VECTORS
