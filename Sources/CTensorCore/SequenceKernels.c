// Attention and the pooling of sequences; all matrices are [rows, columns] with a stride.
#include "Vectors.h"
#include "VectorSums.h"

void msa_softmax(float *values, long count) {
  float largest = -INFINITY;
  for (long index = 0; index < count; index++)
    if (values[index] > largest) largest = values[index];
  float sum = 0;
  // Two loops: the sum is a chain, the exponentials are not.
  for (long index = 0; index < count; index++) values[index] = msa_exponential(values[index] - largest);
  for (long index = 0; index < count; index++) sum += values[index];
  float inverse = 1 / sum;
  for (long index = 0; index < count; index++) values[index] *= inverse;
}

void msa_attention_weights(
    struct msa_attention shape, const float *queries, long queryStride, const float *keys, long keyStride,
    const uint8_t *keyMask, float *weights) {
  long width = shape.headWidth;
  for (long head = 0; head < shape.headCount; head++) {
    for (long query = 0; query < shape.queryCount; query++) {
      float *line = weights + (head * shape.queryCount + query) * shape.keyCount;
      const float *q = queries + query * queryStride + head * width;
      for (long key = 0; key < shape.keyCount; key++)
        line[key] = dot(q, keys + key * keyStride + head * width, width) * shape.scale;
      if (keyMask)
        for (long key = 0; key < shape.keyCount; key++)
          if (keyMask[key] == 0) line[key] = -INFINITY;
      msa_softmax(line, shape.keyCount);
    }
  }
}

void msa_attention_output(
    struct msa_attention shape, const float *weights, const float *values, long valueStride, float *output,
    long stride) {
  long width = shape.headWidth;
  for (long head = 0; head < shape.headCount; head++) {
    for (long query = 0; query < shape.queryCount; query++) {
      const float *line = weights + (head * shape.queryCount + query) * shape.keyCount;
      float *y = output + query * stride + head * width;
      for (long column = 0; column < width; column++) y[column] = 0;
      for (long key = 0; key < shape.keyCount; key++)
        addScaled(values + key * valueStride + head * width, line[key], y, width);
    }
  }
}

void msa_attention_backward(
    struct msa_attention shape, const float *queries, long queryStride, const float *keys, long keyStride,
    const float *values, long valueStride, const float *weights, const float *dropped, const float *gradient,
    long gradientStride, float dropoutScale, float *queryGradient, long queryGradientStride, float *keyGradient,
    long keyGradientStride, float *valueGradient, long valueGradientStride, float *scratch) {
  long width = shape.headWidth;
  for (long key = 0; key < shape.keyCount; key++) {
    float *k = keyGradient + key * keyGradientStride, *v = valueGradient + key * valueGradientStride;
    for (long column = 0; column < shape.headCount * width; column++) k[column] = 0;
    for (long column = 0; column < shape.headCount * width; column++) v[column] = 0;
  }
  for (long head = 0; head < shape.headCount; head++) {
    long start = head * width;
    for (long query = 0; query < shape.queryCount; query++) {
      long line = (head * shape.queryCount + query) * shape.keyCount;
      const float *g = gradient + query * gradientStride + start;
      float inner = 0;
      for (long key = 0; key < shape.keyCount; key++) {
        float kept = dropped[line + key];
        addScaled(g, kept, valueGradient + key * valueGradientStride + start, width);
        // A weight that dropout zeroed passes nothing on; one that softmax zeroed has no slope.
        float slope = kept == 0 ? 0 : dot(g, values + key * valueStride + start, width) * dropoutScale;
        scratch[key] = slope;
        inner += slope * weights[line + key];
      }
      float *q = queryGradient + query * queryGradientStride + start;
      for (long column = 0; column < width; column++) q[column] = 0;
      for (long key = 0; key < shape.keyCount; key++) {
        float score = weights[line + key] * (scratch[key] - inner) * shape.scale;
        addScaled(keys + key * keyStride + start, score, q, width);
        addScaled(queries + query * queryStride + start, score, keyGradient + key * keyGradientStride + start, width);
      }
    }
  }
}

void msa_mean_of_valid(
    const float *rows, long stride, long rowCount, long columns, const uint8_t *mask, float *restrict output) {
  long valid = 0;
  for (long column = 0; column < columns; column++) output[column] = 0;
  for (long row = 0; row < rowCount; row++) {
    if (mask[row] != 1) continue;
    valid += 1;
    const float *x = rows + row * stride;
    for (long column = 0; column < columns; column++) output[column] += x[column];
  }
  float factor = 1 / (float)(valid > 1 ? valid : 1);
  for (long column = 0; column < columns; column++) output[column] *= factor;
}

void msa_mean_of_valid_backward(
    const float *restrict gradient, const uint8_t *mask, float *rowGradient, long stride, long rowCount, long columns,
    bool adding) {
  long valid = 0;
  for (long row = 0; row < rowCount; row++) valid += mask[row];
  float factor = 1 / (float)(valid > 1 ? valid : 1);
  for (long row = 0; row < rowCount; row++) {
    float *result = rowGradient + row * stride;
    float share = mask[row] == 1 ? factor : 0;
    for (long column = 0; column < columns; column++) {
      float value = gradient[column] * share;
      result[column] = adding ? result[column] + value : value;
    }
  }
}

END_OF_VECTORS
