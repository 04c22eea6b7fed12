// Bias, batch normalisation, ReLU and dropout around a matrix product; all matrices are [rows, columns] with a stride.
#include "Vectors.h"

void msa_batch_norm_statistics(
    const float *z, long stride, long rows, long columns, const float *linearBias, float epsilon, float momentum,
    struct msa_batch_norm state, float *mean, float *squares) {
  for (long column = 0; column < columns; column++) mean[column] = 0;
  for (long row = 0; row < rows; row++) {
    const float *x = z + row * stride;
    for (long column = 0; column < columns; column++) mean[column] += x[column];
  }
  float inverseCount = 1 / (float)rows, inverseUnbiased = 1 / (float)(rows - 1);
  // z + bias − (mean + bias) = z − mean: the bias only moves the running mean.
  for (long column = 0; column < columns; column++) mean[column] *= inverseCount;
  for (long column = 0; column < columns; column++) squares[column] = 0;
  for (long row = 0; row < rows; row++) {
    const float *x = z + row * stride;
    for (long column = 0; column < columns; column++) {
      float deviation = x[column] - mean[column];
      squares[column] += deviation * deviation;
    }
  }
  float *restrict inverse = state.inverseDeviation;
  float *restrict runningMean = state.runningMean, *restrict runningVariance = state.runningVariance;
  for (long column = 0; column < columns; column++) {
    inverse[column] = 1 / __builtin_elementwise_sqrt(squares[column] * inverseCount + epsilon);
    runningMean[column] = runningMean[column] * (1 - momentum) + (mean[column] + linearBias[column]) * momentum;
    runningVariance[column] = runningVariance[column] * (1 - momentum) + squares[column] * inverseUnbiased * momentum;
  }
}

void msa_batch_norm_rows(
    float *z, long zStride, long rows, long columns, const float *restrict mean, struct msa_batch_norm state,
    bool rectifies, float *output, long stride) {
  const float *restrict inverse = state.inverseDeviation, *restrict gamma = state.weight, *restrict beta = state.bias;
  for (long row = 0; row < rows; row++) {
    float *restrict x = z + row * zStride, *restrict y = output + row * stride;
    if (rectifies) {
      for (long column = 0; column < columns; column++) {
        float normalised = (x[column] - mean[column]) * inverse[column];
        x[column] = normalised;
        float value = normalised * gamma[column] + beta[column];
        y[column] = value < 0 ? 0 : value;  // NaN stays NaN
      }
    } else {
      for (long column = 0; column < columns; column++) {
        float normalised = (x[column] - mean[column]) * inverse[column];
        x[column] = normalised;
        y[column] = normalised * gamma[column] + beta[column];
      }
    }
  }
}

void msa_batch_norm_evaluate(
    const float *z, long zStride, long rows, long columns, const float *restrict linearBias, float epsilon,
    struct msa_batch_norm state, bool rectifies, float *restrict factor, float *restrict shift, float *output,
    long stride) {
  for (long column = 0; column < columns; column++) {
    factor[column] = state.weight[column] / __builtin_elementwise_sqrt(state.runningVariance[column] + epsilon);
    shift[column] = state.bias[column] + (linearBias[column] - state.runningMean[column]) * factor[column];
  }
  for (long row = 0; row < rows; row++) {
    // The input may be the output.
    const float *x = z + row * zStride;
    float *y = output + row * stride;
    APART_OR_SAME
    for (long column = 0; column < columns; column++) {
      float value = x[column] * factor[column] + shift[column];
      y[column] = rectifies && value < 0 ? 0 : value;
    }
  }
}

void msa_batch_norm_backward(
    float *gradient, long gradientStride, const float *output, long outputStride, const float *normalised,
    long normalisedStride, long rows, long columns, struct msa_batch_norm state, bool rectifies, float dropoutScale,
    float *restrict weightGradient, float *restrict biasGradient, float *restrict linearBiasGradient) {
  for (long column = 0; column < columns; column++) {
    weightGradient[column] = 0;
    biasGradient[column] = 0;
    linearBiasGradient[column] = 0;
  }
  for (long row = 0; row < rows; row++) {
    float *restrict g = gradient + row * gradientStride;
    const float *restrict y = output + row * outputStride, *restrict x = normalised + row * normalisedStride;
    if (rectifies)
      for (long column = 0; column < columns; column++) g[column] = y[column] > 0 ? g[column] * dropoutScale : 0;
    for (long column = 0; column < columns; column++) {
      biasGradient[column] += g[column];
      weightGradient[column] += g[column] * x[column];
    }
  }
  float inverseCount = 1 / (float)rows;
  const float *restrict gamma = state.weight, *restrict inverse = state.inverseDeviation;
  for (long row = 0; row < rows; row++) {
    float *restrict g = gradient + row * gradientStride;
    const float *restrict x = normalised + row * normalisedStride;
    for (long column = 0; column < columns; column++) {
      float centred = g[column] - (biasGradient[column] + x[column] * weightGradient[column]) * inverseCount;
      g[column] = centred * (gamma[column] * inverse[column]);
      linearBiasGradient[column] += g[column];
    }
  }
}

END_OF_VECTORS
