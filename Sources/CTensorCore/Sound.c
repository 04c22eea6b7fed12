// The loops over samples, lags and bins of a sound.
#include "Vectors.h"

void msa_fold_window(
    const float *centre, const float *restrict window, long reach, float *restrict even, float *restrict odd) {
  even[0] = window[0] * centre[0];
  for (long k = 1; k < reach; k++) {
    float after = centre[k], before = centre[-k];
    even[k] = window[k] * (after + before);
    odd[k] = window[k] * (after - before);
  }
}

void msa_fold_quarter(
    const float *even, const float *odd, long quarter, float *restrict cosEven, float *restrict cosOdd,
    float *restrict sinEven, float *restrict sinOdd) {
  long half = 2 * quarter;
  for (long k = 0; k < quarter; k++) {
    cosEven[k] = even[k] + even[half - k];
    cosOdd[k] = even[k] - even[half - k];
    sinEven[k] = odd[k] - odd[half - k];
    sinOdd[k] = odd[k] + odd[half - k];
  }
  cosEven[quarter] = even[quarter];
  sinOdd[quarter] = odd[quarter];
}

void msa_join_power(
    const float *realEven, const float *imaginaryEven, const float *realOdd, const float *imaginaryOdd, long quarter,
    float *restrict power) {
  for (long g = 0; g < quarter; g++) {
    power[2 * g] = realEven[g] * realEven[g] + imaginaryEven[g] * imaginaryEven[g];
    power[2 * g + 1] = realOdd[g] * realOdd[g] + imaginaryOdd[g] * imaginaryOdd[g];
  }
  power[2 * quarter] = realEven[quarter] * realEven[quarter] + imaginaryEven[quarter] * imaginaryEven[quarter];
}

void msa_lag_differences(const float *x, long count, long first, float base, float *output) {
  Float8 sums[8];
#pragma clang loop unroll(full)
  for (int group = 0; group < 8; group++) sums[group] = base;
  for (long j = 0; j < count; j++) {
    const float *later = x + j + first;
#pragma clang loop unroll(full)
    for (int group = 0; group < 8; group++) {
      Float8 difference = load8(later + 8 * group) - x[j];
      sums[group] = __builtin_elementwise_fma(difference, difference, sums[group]);
    }
  }
#pragma clang loop unroll(full)
  for (int group = 0; group < 8; group++) store8(output + 8 * group, sums[group]);
}

void msa_add(const float *restrict x, long count, float *restrict to) {
  for (long index = 0; index < count; index++) to[index] += x[index];
}

void msa_normalise_difference(float *restrict difference, const float *restrict sum, long first, long end, float before) {
  for (long lag = first; lag < end; lag++) {
    float running = sum[lag] + before;
    float tau = (float)((int32_t)lag + 1);
    difference[lag] = running > 0 ? difference[lag] * tau / running : 0;
  }
}

void msa_logarithms(const float *x, long count, float floor, float factor, float *output) {
  for (long index = 0; index < count; index++) {
    float value = x[index] > floor ? x[index] : floor;
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    // √½ as bits: subtracting it makes the exponent count from there.
    bits = (int32_t)((uint32_t)bits - 0x3f3504f3u);
    float exponent = (float)(bits >> 23);
    int32_t mantissa = (bits & 0x7fffff) + 0x3f3504f3;
    float f;
    memcpy(&f, &mantissa, sizeof f);
    f -= 1;
    float square = f * f;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    float y = p * f * square;
    y += exponent * -2.12194440e-4f;
    y -= 0.5f * square;
    output[index] = factor * (f + y + exponent * 0.693359375f);
  }
}

// Transitions to eight bins.
struct ways {
  Float8 scores;
  Int8 origins;
};

INLINE struct ways loadWays(const float *scores, const int32_t *origins) {
  struct ways ways;
  memcpy(&ways.scores, scores, sizeof ways.scores);
  memcpy(&ways.origins, origins, sizeof ways.origins);
  return ways;
}

INLINE void storeWays(struct ways ways, float *scores, int32_t *origins) {
  memcpy(scores, &ways.scores, sizeof ways.scores);
  memcpy(origins, &ways.origins, sizeof ways.origins);
}

// Takes the better one.
INLINE void offer(struct ways *ways, Float8 scores, Int8 origins) {
  Int8 isBetter = scores > ways->scores;
  ways->scores = select8(isBetter, scores, ways->scores);
  ways->origins = (isBetter & origins) | (~isBetter & ways->origins);
}

void msa_spread_candidate(
    float score, int32_t number, const float *triangle, long count, float *scores, int32_t *origins) {
  for (long bin = 0; bin < count; bin += 8) {
    struct ways ways = loadWays(scores + bin, origins + bin);
    offer(&ways, load8(triangle + bin) + score, (Int8)number);
    storeWays(ways, scores + bin, origins + bin);
  }
}

void msa_best_unvoiced(
    const float *scores, const int32_t *origins, const float *triangle, long moves, long binCount, float nowhere,
    float *bestScores, int32_t *bestOrigins) {
  for (long bin = 0; bin < binCount; bin += 8) {
    struct ways ways = {(Float8)nowhere, (Int8)(-1)};
    for (long move = 0; move < moves; move++) {
      struct ways from = loadWays(scores + bin + move, origins + bin + move);
      offer(&ways, from.scores + triangle[move], from.origins);
    }
    storeWays(ways, bestScores + bin, bestOrigins + bin);
  }
}

float msa_advance_unvoiced(
    const float *voicedScores, const int32_t *voicedOrigins, const float *unvoicedScores,
    const int32_t *unvoicedOrigins, const float *triangleSums, long binCount, float observation, float stay,
    float change, float nowhere, float *scores, int32_t *origins, int32_t *bestOrigin) {
  struct ways best = {(Float8)nowhere, (Int8)(-1)};
  for (long bin = 0; bin < binCount; bin += 8) {
    struct ways ways = loadWays(voicedScores + bin, voicedOrigins + bin);
    ways.scores += change;
    struct ways other = loadWays(unvoicedScores + bin, unvoicedOrigins + bin);
    offer(&ways, other.scores + stay, other.origins);
    ways.scores += observation;
    store8(scores + bin, ways.scores - load8(triangleSums + bin));
    memcpy(origins + bin, &ways.origins, sizeof ways.origins);
    offer(&best, ways.scores, ways.origins);
  }
  float score = best.scores[0];
  *bestOrigin = best.origins[0];
  for (int lane = 1; lane < 8; lane++) {
    if (best.scores[lane] > score) {
      score = best.scores[lane];
      *bestOrigin = best.origins[lane];
    }
  }
  return score;
}

void msa_square_roots(const float *x, long count, float *output) {
  for (long index = 0; index < count; index++) output[index] = __builtin_elementwise_sqrt(x[index]);
}

struct msa_bin_sums msa_sum_bins(
    const float *power, const float *magnitude, const float *logarithm, const float *frequencies, const float *weights,
    long binCount, float floor) {
  Float8 p = 0, pp = 0, s = 0, fs = 0, l = 0, pl = 0, wl = 0;
  long end = binCount - 1;
  for (long bin = 0; bin < end; bin += 8) {
    Float8 raw = load8(power + bin), root = load8(magnitude + bin), log = load8(logarithm + bin);
    Float8 value = select8(raw < floor, (Float8)floor, raw);
    p += value;
    pp += raw;
    s += root;
    fs += root * load8(frequencies + bin);
    l += log;
    pl += value * log;
    wl += log * load8(weights + bin);
  }
  float last = power[end] > floor ? power[end] : floor;
  return (struct msa_bin_sums){
      .power = sumOfLanes(p) + last,
      .square = sumOfLanes(pp) + power[end],
      .magnitude = sumOfLanes(s) + magnitude[end],
      .moment = sumOfLanes(fs) + magnitude[end] * frequencies[end],
      .logarithm = sumOfLanes(l) + logarithm[end],
      .powerLogarithm = sumOfLanes(pl) + last * logarithm[end],
      .slope = sumOfLanes(wl) + logarithm[end] * weights[end],
  };
}

float msa_squared_deviation(const float *magnitude, const float *frequencies, long binCount, float centroid) {
  Float8 sum = 0;
  long end = binCount - 1;
  for (long bin = 0; bin < end; bin += 8) {
    Float8 deviation = load8(frequencies + bin) - centroid;
    sum += deviation * deviation * load8(magnitude + bin);
  }
  float last = frequencies[end] - centroid;
  return sumOfLanes(sum) + last * last * magnitude[end];
}

long msa_roll_off(const float *magnitude, long binCount, float threshold) {
  float sum = 0;
  long bin = 0;
  for (; bin + 8 < binCount; bin += 8) {
    float next = sum + sumOfLanes(load8(magnitude + bin));
    if (next >= threshold) break;
    sum = next;
  }
  for (; bin < binCount - 1; bin++) {
    sum += magnitude[bin];
    if (sum >= threshold) break;
  }
  return bin;
}

float msa_squared_flux(const float *x, float xScale, const float *y, float yScale, long binCount) {
  long end = binCount - 1;
  float last = x[end] * xScale - y[end] * yScale;
  Float8 sum = 0;
  for (long bin = 0; bin < end; bin += 8) {
    Float8 difference = load8(x + bin) * xScale - load8(y + bin) * yScale;
    sum += difference * difference;
  }
  return sumOfLanes(sum) + last * last;
}

float msa_energy(const float *x, long count) {
  Float8 sum = 0;
  long index = 0;
  for (; index + 8 <= count; index += 8) {
    Float8 value = load8(x + index);
    sum = __builtin_elementwise_fma(value, value, sum);
  }
  float total = sumOfLanes(sum);
  for (; index < count; index++) total += x[index] * x[index];
  return total;
}

int32_t msa_sign_changes(const float *x, long count, float threshold) {
  int32_t total = 0;
  for (long index = 0; index + 1 < count; index++) total += (x[index] < threshold) ^ (x[index + 1] < threshold);
  return total;
}

struct msa_moments msa_moments(const float *a, const float *b, long count) {
  // Taken relative to one of their values, a constant offset does not use up the digits.
  Float8 originA = a[0], originB = b[0];
  Float8 sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (long index = 0; index + 8 <= count; index += 8) {
    Float8 u = load8(a + index) - originA, v = load8(b + index) - originB;
    sa += u;
    sb += v;
    saa = __builtin_elementwise_fma(u, u, saa);
    sbb = __builtin_elementwise_fma(v, v, sbb);
    sab = __builtin_elementwise_fma(u, v, sab);
  }
  return (struct msa_moments){sumOfLanes(sa), sumOfLanes(sb), sumOfLanes(saa), sumOfLanes(sbb), sumOfLanes(sab)};
}

END_OF_VECTORS
