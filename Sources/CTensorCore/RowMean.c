// Sums of rows for their means, in float64 and in the order of the rows; cells that are not finite are counted.
#include "Vectors.h"

enum {
  // Columns that are tested for bad cells together.
  chunk = 64
};

// NaN in each lane whose cell is not finite, else 0.
INLINE Float8 bad(const float *cells) {
  Float8 x = load8(cells);
  return x - x;
}

INLINE Double8 wide(const float *cells) { return __builtin_convertvector(load8(cells), Double8); }

INLINE void addWide(double *sums, Double8 x) {
  Double8 sum;
  memcpy(&sum, sums, sizeof sum);
  sum += x;
  memcpy(sums, &sum, sizeof sum);
}

// Some columns of a row cell by cell.
static __attribute__((noinline)) void addCells(struct msa_row_sums *state, const float *row, long first, long end) {
  double *sums = state->sums;
  long *bad = state->bad, *nan = state->counts, *positive = nan + state->width, *negative = positive + state->width;
  bool propagates = state->propagates;
  for (long column = first; column < end; column++) {
    float cell = row[column];
    if (cell - cell == 0) {
      sums[column] += (double)cell;
      continue;
    }
    if (propagates) sums[column] += (double)cell;
    if (cell != cell)
      nan[column] += 1;
    else if (cell > 0)
      positive[column] += 1;
    else
      negative[column] += 1;
    bad[column] += 1;
    state->hasBad = true;
  }
}

// Eight columns of a row from `column` on; cell by cell only where one is not finite.
INLINE void addVector(struct msa_row_sums *state, const float *row, long column) {
  if (anyNaN(bad(row + column)))
    addCells(state, row, column, column + 8);
  else
    addWide(state->sums + column, wide(row + column));
}

// The columns after the last whole vector: as the vector that ends with the row, with the others in it taken as 0.
INLINE void addTail(struct msa_row_sums *state, const float *row) {
  long width = state->width, first = width / 8 * 8;
  if (first == width) return;
  if (width < 8) {
    addCells(state, row, 0, width);
    return;
  }
  const Int8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  Float8 cells = select8(lanes >= (Int8)(int32_t)(8 - width % 8), load8(row + width - 8), (Float8)0);
  if (anyNaN(cells - cells))
    addCells(state, row, first, width);
  else
    addWide(state->sums + width - 8, __builtin_convertvector(cells, Double8));
}

static void addRow(struct msa_row_sums *state, const float *row) {
  long vectors = state->width / 8 * 8;
  for (long column = 0; column < vectors; column += chunk) {
    long end = column + chunk < vectors ? column + chunk : vectors;
    Float8 test = 0;
    for (long start = column; start < end; start += 8) test += bad(row + start);
    if (anyNaN(test)) {
      for (long start = column; start < end; start += 8) addVector(state, row, start);
    } else {
      for (long start = column; start < end; start += 8) addWide(state->sums + start, wide(row + start));
    }
  }
  addTail(state, row);
  state->rowCount += 1;
}

// Four rows in turn: the sums are loaded and stored once.
static void addFourRows(
    struct msa_row_sums *state, const float *first, const float *second, const float *third, const float *fourth) {
  long vectors = state->width / 8 * 8;
  for (long column = 0; column < vectors; column += chunk) {
    long end = column + chunk < vectors ? column + chunk : vectors;
    Float8 test = 0, otherTest = 0;
    for (long start = column; start < end; start += 8) {
      test += bad(first + start) + bad(second + start);
      otherTest += bad(third + start) + bad(fourth + start);
    }
    if (anyNaN(test + otherTest)) {
      for (long start = column; start < end; start += 8) {
        addVector(state, first, start);
        addVector(state, second, start);
        addVector(state, third, start);
        addVector(state, fourth, start);
      }
    } else {
      for (long start = column; start < end; start += 8) {
        Double8 sum;
        memcpy(&sum, state->sums + start, sizeof sum);
        sum += wide(first + start);
        sum += wide(second + start);
        sum += wide(third + start);
        sum += wide(fourth + start);
        memcpy(state->sums + start, &sum, sizeof sum);
      }
    }
  }
  addTail(state, first);
  addTail(state, second);
  addTail(state, third);
  addTail(state, fourth);
  state->rowCount += 4;
}

void msa_row_sums_add(struct msa_row_sums *state, const float *rows, long rowCount) {
  long row = 0, width = state->width;
  for (; row + 4 <= rowCount; row += 4) {
    const float *first = rows + row * width;
    addFourRows(state, first, first + width, first + 2 * width, first + 3 * width);
  }
  for (; row < rowCount; row++) addRow(state, rows + row * width);
}

void msa_row_sums_add_chosen(struct msa_row_sums *state, const float *matrix, const long *rows, long rowCount) {
  long row = 0, width = state->width;
  for (; row + 4 <= rowCount; row += 4)
    addFourRows(
        state, matrix + rows[row] * width, matrix + rows[row + 1] * width, matrix + rows[row + 2] * width,
        matrix + rows[row + 3] * width);
  for (; row < rowCount; row++) addRow(state, matrix + rows[row] * width);
}

void msa_row_sums_divide(const struct msa_row_sums *state, bool leavesOut, float *output) {
  double divisor = (double)state->rowCount;
  for (long column = 0; column < state->width; column++) output[column] = (float)(state->sums[column] / divisor);
  if (!state->hasBad || !leavesOut) return;
  for (long column = 0; column < state->width; column++) {
    if (state->bad[column] == 0) continue;
    long valid = state->rowCount - state->bad[column];
    output[column] = valid == 0 ? NAN : (float)(state->sums[column] / (double)valid);
  }
}

bool msa_copy_finite_row(const float *row, long width, float *output) {
  Float8 test = 0;
  long column = 0;
  for (; column + 8 <= width; column += 8) {
    Float8 cells = load8(row + column);
    test += cells - cells;
    // A sum that starts at 0 is never −0.
    store8(output + column, cells + 0);
  }
  bool isFinite = !anyNaN(test);
  for (; column < width; column++) {
    isFinite = isFinite && row[column] - row[column] == 0;
    output[column] = row[column] + 0;
  }
  return isFinite;
}

END_OF_VECTORS
