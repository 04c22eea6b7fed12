// The loops of the search for quartiles: counting around brackets, sorting values into bins, transposing rows into
// columns.
#include "Vectors.h"

// Counts a cell of eight columns around one bracket; all bits set where it lies strictly within.
INLINE Int8 countAbout(Float8 cell, Float8 low, Float8 high, Int8 *below, Int8 *upToLow, Int8 *upToHigh) {
  // A mask is −1 in each lane that holds: subtracting it counts one.
  Int8 notAboveLow = cell <= low;
  *below -= cell < low;
  *upToLow -= notAboveLow;
  *upToHigh -= cell <= high;
  return (cell < high) & ~notAboveLow;
}

void msa_count_about_brackets(
    const float *cells, long stride, const float *edges, struct msa_column_counts *counts, long groupCount,
    uint32_t *within) {
  for (long group = 0; group < groupCount; group++) {
    Float8 edge[6];
    memcpy(edge, edges + group * 48, sizeof edge);
    Int8 about[9], valid;
    Float8 least, greatest;
    struct msa_column_counts *own = counts + group;
    memcpy(about, own->about, sizeof about);
    memcpy(&valid, own->valid, sizeof valid);
    memcpy(&least, own->least, sizeof least);
    memcpy(&greatest, own->greatest, sizeof greatest);
    Int8 found = 0;
    const float *row = cells + group * 8;
    for (int number = 0; number < 8; number++) {
      Float8 cell = load8(row);
      Int8 first = countAbout(cell, edge[0], edge[1], &about[0], &about[1], &about[2]);
      Int8 second = countAbout(cell, edge[2], edge[3], &about[3], &about[4], &about[5]);
      Int8 third = countAbout(cell, edge[4], edge[5], &about[6], &about[7], &about[8]);
      found = (found << 4) | (first & 1) | (second & 2) | (third & 4);
      valid -= cell == cell;
      least = select8(cell < least, cell, least);
      greatest = select8(cell > greatest, cell, greatest);
      row += stride;
    }
    memcpy(own->about, about, sizeof about);
    memcpy(own->valid, &valid, sizeof valid);
    memcpy(own->least, &least, sizeof least);
    memcpy(own->greatest, &greatest, sizeof greatest);
    memcpy(within + group * 8, &found, sizeof found);
  }
}

void msa_lay_in_bins(
    const float *values, long count, float low, float binsPerUnit, int32_t binCount, uint32_t *bins) {
  Float8 last = (float)(binCount - 1);
  for (long index = 0; index < count; index += 8) {
    // Every step rounds, and none of them changes the order.
    Float8 position = (load8(values + index) - low) * binsPerUnit + 1;
    position = select8(position < 0, (Float8)0, position);
    position = select8(position > last, last, position);
    // 2²³: the last bits of a float32 between it and twice it are those of a whole number.
    position += 8388608;
    Int8 bits;
    memcpy(&bits, &position, sizeof bits);
    bits &= 2 * binCount - 1;
    memcpy(bins + index, &bits, sizeof bits);
  }
}

long msa_gather_bin(const float *values, const uint32_t *bins, long count, uint32_t bin, float *gathered) {
  long found = 0;
  for (long start = 0; start < count; start += 8) {
    UInt8 eight;
    memcpy(&eight, bins + start, sizeof eight);
    if (!anyLane(eight == bin)) continue;
    long end = start + 8 < count ? start + 8 : count;
    for (long index = start; index < end; index++)
      if (bins[index] == bin) gathered[found++] = values[index];
  }
  return found;
}

long msa_copy_numbers(const float *values, long count, float *numbers) {
  long found = 0, index = 0;
  for (; index + 8 <= count; index += 8) {
    Float8 eight = load8(values + index);
    if (!anyLane(eight != eight)) {
      store8(numbers + found, eight);
      found += 8;
      continue;
    }
    for (int lane = 0; lane < 8; lane++) {
      numbers[found] = eight[lane];
      found += eight[lane] == eight[lane];
    }
  }
  for (; index < count; index++) {
    numbers[found] = values[index];
    found += values[index] == values[index];
  }
  return found;
}

void msa_extremes(const float *values, long count, float *least, float *greatest) {
  Float8 low = values[0], high = values[0];
  long index = 0;
  for (; index + 8 <= count; index += 8) {
    Float8 eight = load8(values + index);
    low = select8(eight < low, eight, low);
    high = select8(eight > high, eight, high);
  }
  float smallest = low[0], largest = high[0];
  for (int lane = 1; lane < 8; lane++) {
    smallest = low[lane] < smallest ? low[lane] : smallest;
    largest = high[lane] > largest ? high[lane] : largest;
  }
  for (; index < count; index++) {
    smallest = values[index] < smallest ? values[index] : smallest;
    largest = values[index] > largest ? values[index] : largest;
  }
  *least = smallest;
  *greatest = largest;
}

void msa_turn_rows(const float *const *rows, long rowCount, long width, float *columns, long columnLength) {
  long column = 0;
  if (rowCount == 16) {
    for (; column + 8 <= width; column += 8) {
      for (int half = 0; half < 16; half += 8) {
        Float8 x[8];
        for (int row = 0; row < 8; row++) x[row] = load8(rows[half + row] + column);
        for (int lane = 0; lane < 8; lane++) {
          Float8 y = {x[0][lane], x[1][lane], x[2][lane], x[3][lane], x[4][lane], x[5][lane], x[6][lane], x[7][lane]};
          store8(columns + (column + lane) * columnLength + half, y);
        }
      }
    }
  }
  for (; column < width; column++)
    for (long row = 0; row < rowCount; row++) columns[column * columnLength + row] = rows[row][column];
}

void msa_count_units(
    const float *cells, long columnCount, long binsPerUnit, long countsPerColumn, uint32_t *counts) {
  // Without branches: whether a cell lies beyond ±1 cannot be predicted.
  enum { block = 64 };
  float least = (float)-(binsPerUnit + 1), most = (float)binsPerUnit, scale = (float)binsPerUnit;
  int zeroBin = (int)countsPerColumn - 1, middle = (int)binsPerUnit + 1;
  for (long first = 0; first < columnCount; first += block) {
    long count = columnCount - first < block ? columnCount - first : block;
    int bins[block];
    for (long column = 0; column < count; column++) {
      float cell = cells[first + column];
      float place = __builtin_elementwise_floor(cell * scale);
      place = place > least ? place : least;  // NaN as well
      place = place < most ? place : most;
      bins[column] = cell == 0 ? zeroBin : (int)place + middle;
    }
    for (long column = 0; column < count; column++) {
      float cell = cells[first + column];
      counts[(first + column) * countsPerColumn + bins[column]] += cell == cell;
    }
  }
}

END_OF_VECTORS
