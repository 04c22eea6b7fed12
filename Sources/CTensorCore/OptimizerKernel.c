// Steps of optimisers over flat arenas, which do not overlap.
#include "Vectors.h"

void msa_adam(
    float *restrict parameters, const float *restrict gradients, float *restrict mean, float *restrict square,
    long count, struct msa_adam_step step) {
  for (long index = 0; index < count; index++) {
    float parameter = parameters[index];
    float gradient = gradients[index] * step.gradientScale + parameter * step.addedDecay;
    float m = mean[index] + (gradient - mean[index]) * step.beta1Rest;
    float v = square[index] * step.beta2 + gradient * gradient * step.beta2Rest;
    mean[index] = m;
    square[index] = v;
    parameters[index] = parameter * step.decay
        - step.stepSize * m / (__builtin_elementwise_sqrt(v) * step.correction2 + step.epsilon);
  }
}

void msa_sgd(
    float *restrict parameters, const float *restrict gradients, float *restrict velocity, long count,
    float learningRate, float weightDecay, float momentum, float gradientScale) {
  for (long index = 0; index < count; index++) {
    float gradient = gradients[index] * gradientScale + parameters[index] * weightDecay;
    // The first step's velocity is the gradient itself: it starts from 0, so the same formula holds.
    float speed = velocity[index] * momentum + gradient;
    velocity[index] = speed;
    parameters[index] -= learningRate * speed;
  }
}

double msa_squared_norm(const float *values, long count) {
  Float8 a = 0, b = 0, c = 0, d = 0;
  long index = 0;
  for (; index + 32 <= count; index += 32) {
    Float8 x0 = load8(values + index), x1 = load8(values + index + 8);
    Float8 x2 = load8(values + index + 16), x3 = load8(values + index + 24);
    a += x0 * x0;
    b += x1 * x1;
    c += x2 * x2;
    d += x3 * x3;
  }
  double sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += (double)a[lane] + (double)b[lane] + (double)c[lane] + (double)d[lane];
  for (; index < count; index++) sum += (double)(values[index] * values[index]);
  return sum;
}

END_OF_VECTORS
