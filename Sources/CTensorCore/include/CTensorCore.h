// The loops of TensorCore that need vector instructions. Swift's own code is compiled for any processor of its
// architecture; these functions enable the instructions of x86-64-v3 one by one, and are called after the shapes of
// their arguments were checked. Nothing here allocates memory or accesses it beyond the given counts.
//
// Matrices are row-major, [rows, columns], `stride` elements from one row to the next.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "Elementary.h"
#include "Philox.h"

// MARK: Conversions

/// The stored forms of a value.
enum msa_format { msa_float16, msa_bfloat16, msa_float32 };

/// Rounds to float16; returns how many finite values were clamped to ±65504.
long msa_to_float16(const float *values, long count, void *stored);
/// Rounds to bfloat16.
void msa_to_bfloat16(const float *values, long count, void *stored);
/// Widens float16 values.
void msa_from_float16(const void *stored, long count, float *values);
/// Widens bfloat16 values.
void msa_from_bfloat16(const void *stored, long count, float *values);

/// Scales rows and stores them in an `msa_format`; adds to the counts how many cells were NaN and how many were
/// clamped.
void msa_scale_rows(
    const float *rows, long rowCount, long width, const float *center, const double *scale, int format, void *stored,
    long *imputed, long *saturated);

// MARK: Means of rows

/// Sums of rows, and the non-finite cells found.
struct msa_row_sums {
  /// Columns per row.
  long width;
  /// [width]
  double *sums;
  /// Cells left out of the current sums: [width]; all 0 unless `hasBad`.
  long *bad;
  /// NaN cells, +Inf cells, −Inf cells so far: [3, width].
  long *counts;
  /// Rows of the current sums.
  long rowCount;
  /// Whether the current sums lack a cell.
  bool hasBad;
  /// Whether non-finite cells are summed like the others.
  bool propagates;
};

/// Adds adjacent rows.
void msa_row_sums_add(struct msa_row_sums *state, const float *rows, long rowCount);
/// Adds the rows of a matrix that `rows` names.
void msa_row_sums_add_chosen(struct msa_row_sums *state, const float *matrix, const long *rows, long rowCount);
/// Writes the means; with `leavesOut` over the finite cells of each column, NaN where there is none.
void msa_row_sums_divide(const struct msa_row_sums *state, bool leavesOut, float *output);
/// Copies a row, −0 as 0; false where a cell is not finite.
bool msa_copy_finite_row(const float *row, long width, float *output);

// MARK: Quartiles

/// The counts of eight columns: cells below the low edge, up to it, and up to the high edge, for each of three
/// brackets; valid cells; the extremes.
struct msa_column_counts {
  int32_t about[9][8];
  int32_t valid[8];
  float least[8];
  float greatest[8];
};

/// Counts eight rows of groups of eight columns around their brackets. NaN is not counted.
///
/// `cells` are the rows, `stride` apart; `edges` [groups, 6, 8] are low and high of each bracket. `within` [groups, 8]
/// gets four bits per row for each column, the first row in the highest ones: bit 0, 1, 2 says that the cell lies
/// strictly within that bracket.
void msa_count_about_brackets(
    const float *cells, long stride, const float *edges, struct msa_column_counts *counts, long groupCount,
    uint32_t *within);
/// The bin of each value, of `binCount` (a power of two) that begin at `low`; reads and writes whole vectors of eight.
void msa_lay_in_bins(
    const float *values, long count, float low, float binsPerUnit, int32_t binCount, uint32_t *bins);
/// Copies the values of a bin; returns how many there are. Reads whole vectors of eight of `bins`.
long msa_gather_bin(const float *values, const uint32_t *bins, long count, uint32_t bin, float *gathered);
/// Copies the values that are not NaN; returns how many there are. Writes whole vectors of eight.
long msa_copy_numbers(const float *values, long count, float *numbers);
/// The least and the greatest of values, at least one, none of them NaN.
void msa_extremes(const float *values, long count, float *least, float *greatest);
/// Writes rows as columns that are `columnLength` apart.
void msa_turn_rows(const float *const *rows, long rowCount, long width, float *columns, long columnLength);

/// Counts one row in fine bins between −1 and 1, a list of `countsPerColumn` counts for each column: bins of negative
/// cells and of positive ones, the outermost for values beyond, then zeros. NaN is not counted.
void msa_count_units(
    const float *cells, long columnCount, long binsPerUnit, long countsPerColumn, uint32_t *counts);

// MARK: Products

#define MSA_PRODUCTS(width)                                                                                            \
  void msa_product##width##_multiply(                                                                                  \
      long n, long m, long k, const float *a, long aRow, long aStep, const float *b, long bStep, float *c, long cRow,  \
      bool adding);                                                                                                    \
  void msa_product##width##_multiply_transposed(                                                                       \
      long n, long m, long k, const float *x, long xRow, const float *w, long wRow, float *c, long cRow, bool adding);
MSA_PRODUCTS(128)
#if defined(__x86_64__)
MSA_PRODUCTS(256)
MSA_PRODUCTS(512)
#endif
#undef MSA_PRODUCTS

/// sums += Σ vector[column] · directions[column], `directions` being [width, count].
void msa_project(const float *vector, long width, const float *directions, long count, float *sums);
/// Σ first · second in eight lanes, which are added one by one.
float msa_dot_in_lanes(const float *first, const float *second, long count);

// MARK: Random numbers

/// The words of blocks from `first` on.
void msa_philox_fill(
    struct msa_philox generator, uint32_t first, uint32_t stream, uint64_t step, long blockCount, uint32_t *words);
/// Zeroes the values whose word is not below `threshold` and scales the others.
void msa_drop(float *values, const uint32_t *words, long count, uint32_t threshold, float scale);

// MARK: Layers

/// The arrays of one batch normalisation: [columns] each.
struct msa_batch_norm {
  float *weight, *bias, *runningMean, *runningVariance, *inverseDeviation;
};

/// The mean and the sum of squared deviations of each column; updates the running statistics and the inverse deviation.
void msa_batch_norm_statistics(
    const float *z, long stride, long rows, long columns, const float *linearBias, float epsilon, float momentum,
    struct msa_batch_norm state, float *mean, float *squares);
/// Normalises rows in place; output = [relu] (z · weight + bias).
void msa_batch_norm_rows(
    float *z, long zStride, long rows, long columns, const float *mean, struct msa_batch_norm state, bool rectifies,
    float *output, long stride);
/// The same with the running statistics; `factor` and `shift` have room for a row each.
void msa_batch_norm_evaluate(
    const float *z, long zStride, long rows, long columns, const float *linearBias, float epsilon,
    struct msa_batch_norm state, bool rectifies, float *factor, float *shift, float *output, long stride);
/// The gradient of the input, over that of the output, and those of weight, bias and linear bias.
void msa_batch_norm_backward(
    float *gradient, long gradientStride, const float *output, long outputStride, const float *normalised,
    long normalisedStride, long rows, long columns, struct msa_batch_norm state, bool rectifies, float dropoutScale,
    float *weightGradient, float *biasGradient, float *linearBiasGradient);

/// Normalises each row.
void msa_layer_norm(
    const float *x, long xStride, long rows, long columns, const float *weight, const float *bias, float epsilon,
    float *normalised, long normalisedStride, float *inverseDeviation, float *output, long stride);
/// The gradients of its input, weight and bias.
void msa_layer_norm_backward(
    const float *gradient, long gradientStride, const float *normalised, long normalisedStride, long rows, long columns,
    const float *inverseDeviation, const float *weight, float *weightGradient, float *biasGradient, bool accumulates,
    float *inputGradient, long stride, bool adding);

/// to += x; a stride of 0 takes the same row again or adds all rows to one.
void msa_add_rows(const float *x, long xStride, long rows, long columns, float *to, long stride);
/// to = x
void msa_copy_rows(const float *x, long xStride, long rows, long columns, float *to, long stride);
/// to = x · factor, or to += x · factor
void msa_scale_and_copy(
    const float *x, long xStride, long rows, long columns, float factor, float *to, long stride, bool adding);
/// x = relu(x)
void msa_rectify(float *x, long count);
/// gradient = output > 0 ? gradient · scale : 0
void msa_rectify_backward(
    float *gradient, long gradientStride, const float *output, long stride, long rows, long columns, float scale);

/// The shape of an attention: queries and keys of one sample, and heads of neighbouring columns.
struct msa_attention {
  long queryCount, keyCount, headCount, headWidth;
  float scale;
};

/// Softmax in place, shifted by the largest value.
void msa_softmax(float *values, long count);
/// weights [heads, queries, keys] = softmax(q · kᵀ · scale); keys whose mask is 0 do not count. `keyMask` may be null.
void msa_attention_weights(
    struct msa_attention shape, const float *queries, long queryStride, const float *keys, long keyStride,
    const uint8_t *keyMask, float *weights);
/// output = weights · values
void msa_attention_output(
    struct msa_attention shape, const float *weights, const float *values, long valueStride, float *output,
    long stride);
/// The gradients of queries, keys and values; `scratch` has room for one number per key.
void msa_attention_backward(
    struct msa_attention shape, const float *queries, long queryStride, const float *keys, long keyStride,
    const float *values, long valueStride, const float *weights, const float *dropped, const float *gradient,
    long gradientStride, float dropoutScale, float *queryGradient, long queryGradientStride, float *keyGradient,
    long keyGradientStride, float *valueGradient, long valueGradientStride, float *scratch);

/// The mean of the rows whose mask is 1.
void msa_mean_of_valid(
    const float *rows, long stride, long rowCount, long columns, const uint8_t *mask, float *output);
/// Its gradient.
void msa_mean_of_valid_backward(
    const float *gradient, const uint8_t *mask, float *rowGradient, long stride, long rowCount, long columns,
    bool adding);

/// The outer product of three vectors, each with a 1 before it.
void msa_outer_product(
    const float *x, long xCount, const float *y, long yCount, const float *z, long zCount, float *to);
/// Its gradients.
void msa_outer_product_backward(
    const float *gradient, const float *x, long xCount, const float *y, long yCount, const float *z, long zCount,
    float *dx, float *dy, float *dz);
/// output = bias + Σ over ranks of weight · x · y · z
void msa_rank_sum(
    const float *x, const float *y, const float *z, const float *weights, long ranks, const float *bias, long outputs,
    float *output);
/// Its gradients; those of weights and bias are added.
void msa_rank_sum_backward(
    const float *gradient, const float *x, const float *y, const float *z, const float *weights, long ranks,
    long outputs, float *dx, float *dy, float *dz, float *weightGradient, float *biasGradient);

/// The numbers of one Adam step.
struct msa_adam_step {
  float gradientScale, decay, addedDecay, beta1Rest, beta2, beta2Rest, stepSize, correction2, epsilon;
};

/// One step of Adam or AdamW; nothing overlaps.
void msa_adam(
    float *parameters, const float *gradients, float *mean, float *square, long count, struct msa_adam_step step);
/// One step of SGD; nothing overlaps.
void msa_sgd(
    float *parameters, const float *gradients, float *velocity, long count, float learningRate, float weightDecay,
    float momentum, float gradientScale);
/// Σ x²: 32 running sums, then float64.
double msa_squared_norm(const float *values, long count);

// MARK: Sound

/// The even and the odd part of a frame under a window, from its centre on, up to `reach`.
void msa_fold_window(const float *centre, const float *window, long reach, float *even, float *odd);
/// Folds both once more about a quarter of the transform.
void msa_fold_quarter(
    const float *even, const float *odd, long quarter, float *cosEven, float *cosOdd, float *sinEven, float *sinOdd);
/// re² + im² of even and odd bins, interleaved.
void msa_join_power(
    const float *realEven, const float *imaginaryEven, const float *realOdd, const float *imaginaryOdd, long quarter,
    float *power);

/// output[i] = base + Σ (x[j] − x[j + first + i])² over j < count, for 64 lags; each a chain of fused multiply-adds.
void msa_lag_differences(const float *x, long count, long first, float base, float *output);
/// to += x
void msa_add(const float *x, long count, float *to);
/// difference[lag] = difference[lag] · (lag + 1) / (sum[lag] + before) from `first` to before `end`; 0 where the sum is 0.
void msa_normalise_difference(float *difference, const float *sum, long first, long end, float before);
/// output = factor · ln(max(x, floor)); `output` may be `x`.
void msa_logarithms(const float *x, long count, float floor, float factor, float *output);

/// Offers the transitions out of a candidate to `count` bins, a multiple of 8.
void msa_spread_candidate(
    float score, int32_t number, const float *triangle, long count, float *scores, int32_t *origins);
/// The best transitions to each of `binCount` bins, a multiple of 8, out of the `moves` bins from that position on.
void msa_best_unvoiced(
    const float *scores, const int32_t *origins, const float *triangle, long moves, long binCount, float nowhere,
    float *bestScores, int32_t *bestOrigins);
/// Makes each bin's best transition the unvoiced path of the new frame; returns the score of the best of all.
float msa_advance_unvoiced(
    const float *voicedScores, const int32_t *voicedOrigins, const float *unvoicedScores,
    const int32_t *unvoicedOrigins, const float *triangleSums, long binCount, float observation, float stay,
    float change, float nowhere, float *scores, int32_t *origins, int32_t *bestOrigin);

/// output = √x
void msa_square_roots(const float *x, long count, float *output);

/// Sums over the bins of a spectrum.
struct msa_bin_sums {
  float power, square, magnitude, moment, logarithm, powerLogarithm, slope;
};

/// All sums in one pass; `binCount` is 8·n + 1, and powers below `floor` count as it in what `power` stands for.
struct msa_bin_sums msa_sum_bins(
    const float *power, const float *magnitude, const float *logarithm, const float *frequencies, const float *weights,
    long binCount, float floor);
/// Σ (f − centroid)² · magnitude
float msa_squared_deviation(const float *magnitude, const float *frequencies, long binCount, float centroid);
/// The first bin where the running sum reaches `threshold`.
long msa_roll_off(const float *magnitude, long binCount, float threshold);
/// Σ (x · xScale − y · yScale)²
float msa_squared_flux(const float *x, float xScale, const float *y, float yScale, long binCount);
/// Σ x²
float msa_energy(const float *x, long count);
/// How often neighbouring values lie on different sides of a threshold.
int32_t msa_sign_changes(const float *x, long count, float threshold);

/// Sums of two stretches minus their first values: Σ a, Σ b, Σ a², Σ b², Σ a·b.
struct msa_moments {
  float a, b, aa, bb, ab;
};

/// The sums over whole vectors of eight of `count` values.
struct msa_moments msa_moments(const float *a, const float *b, long count);
