// Normalisation of each row; all matrices are [rows, columns] with a stride.
#include "Vectors.h"

void msa_layer_norm(
    const float *x, long xStride, long rows, long columns, const float *restrict weight, const float *restrict bias,
    float epsilon, float *normalised, long normalisedStride, float *inverseDeviation, float *output, long stride) {
  float inverseCount = 1 / (float)columns;
  for (long row = 0; row < rows; row++) {
    const float *from = x + row * xStride;
    float *kept = normalised + row * normalisedStride, *to = output + row * stride;
    float mean = 0;
    for (long column = 0; column < columns; column++) mean += from[column];
    mean *= inverseCount;
    float squares = 0;
    for (long column = 0; column < columns; column++) {
      float deviation = from[column] - mean;
      squares += deviation * deviation;
    }
    float inverse = 1 / __builtin_elementwise_sqrt(squares * inverseCount + epsilon);
    inverseDeviation[row] = inverse;
    for (long column = 0; column < columns; column++) {
      float value = (from[column] - mean) * inverse;
      kept[column] = value;
      to[column] = value * weight[column] + bias[column];
    }
  }
}

void msa_layer_norm_backward(
    const float *gradient, long gradientStride, const float *normalised, long normalisedStride, long rows, long columns,
    const float *inverseDeviation, const float *restrict weight, float *restrict weightGradient,
    float *restrict biasGradient, bool accumulates, float *inputGradient, long stride, bool adding) {
  float inverseCount = 1 / (float)columns;
  if (!accumulates) {
    for (long column = 0; column < columns; column++) {
      weightGradient[column] = 0;
      biasGradient[column] = 0;
    }
  }
  for (long row = 0; row < rows; row++) {
    const float *g = gradient + row * gradientStride, *x = normalised + row * normalisedStride;
    float *result = inputGradient + row * stride;
    for (long column = 0; column < columns; column++) {
      weightGradient[column] += g[column] * x[column];
      biasGradient[column] += g[column];
    }
    float sum = 0, product = 0;
    for (long column = 0; column < columns; column++) {
      float slope = g[column] * weight[column];
      sum += slope;
      product += slope * x[column];
    }
    float inverse = inverseDeviation[row];
    for (long column = 0; column < columns; column++) {
      float centred = g[column] * weight[column] - (sum + x[column] * product) * inverseCount;
      float value = centred * inverse;
      result[column] = adding ? result[column] + value : value;
    }
  }
}

END_OF_VECTORS
