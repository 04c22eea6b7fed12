// The products for one width of vectors. Included once per width, with
//   WIDTH       bits of a vector, which become part of the names, LANES       floats of a vector, ROWS        rows of a
//   tile, as many as fit in registers at two vectors per row, TARGET      the attribute that enables the instructions,
//   LOAD_SOME   the first `count` lanes from memory, the others 0, STORE_SOME  the first `count` lanes to memory.

#define JOIN2(a, b, c) a##b##c
#define JOIN(a, b, c) JOIN2(a, b, c)
#define NAME(suffix) JOIN(msa_product, WIDTH, suffix)
#define VECTOR JOIN(Lanes, LANES, )
#define INLINE static inline __attribute__((always_inline)) TARGET
#define PANEL (2 * LANES)
// Inner indices per block: a panel of them stays in the L1 cache. The chain continues from block to block.
#define DEPTH 256
// Outputs that are collected before they are transposed into place.
#define COLLECTED 256

// A tile of the output: rows r of `a` against the columns of `b`.
//
// Element (r, p) of `a` is a[r · aRow + p · aStep], row p of `b` starts at b + p · bStep. `rows`, `vectors` and `some`
// are constants after inlining; with `some`, only `count` lanes of the last vector exist.
INLINE void NAME(Tile)(
    int rows, int vectors, bool some, const float *a, long aRow, long aStep, const float *b, long bStep, long depth,
    float *c, long cRow, bool adding, int count) {
  typedef VECTOR Unaligned __attribute__((aligned(4)));
  VECTOR sum[ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const float *from = c + r * cRow + v * LANES;
      sum[r][v] = 0;
      if (adding)
        sum[r][v] = some && v == vectors - 1 ? LOAD_SOME(from, count) : *(const Unaligned *)from;
    }
  }
  // A pointer for three rows: more would not stay in registers. The empty instruction keeps compilers from adding more.
  const float *third[ROWS / 3];
#pragma clang loop unroll(full)
  for (int t = 0; t < ROWS / 3; t++) third[t] = a + (3 * t < rows ? 3 * t : 0) * aRow;
#pragma clang loop unroll_count(2)
  for (long p = 0; p < depth; p++) {
#pragma clang loop unroll(full)
    for (int t = 0; t < ROWS / 3; t++)
      if (3 * t < rows) __asm__("" : "+r"(third[t]));
    VECTOR y[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      y[v] = some && v == vectors - 1 ? LOAD_SOME(b + v * LANES, count) : *(const Unaligned *)(b + v * LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      VECTOR x = third[r / 3][r % 3 * aRow];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = __builtin_elementwise_fma(x, y[v], sum[r][v]);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < ROWS / 3; t++) third[t] += aStep;
    b += bStep;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      float *to = c + r * cRow + v * LANES;
      if (some && v == vectors - 1)
        STORE_SOME(to, count, sum[r][v]);
      else
        *(Unaligned *)to = sum[r][v];
    }
  }
}

// All rows of one panel of at most two vectors of columns.
INLINE void NAME(PanelOf)(
    int vectors, bool some, long n, const float *a, long aRow, long aStep, const float *b, long bStep, long depth,
    float *c, long cRow, bool adding, int count) {
  long row = 0;
  for (; row + ROWS <= n; row += ROWS)
    NAME(Tile)(ROWS, vectors, some, a + row * aRow, aRow, aStep, b, bStep, depth, c + row * cRow, cRow, adding, count);
#define TILE(rows)                                                                                         \
  case rows:                                                                                               \
    NAME(Tile)(                                                                                            \
        rows, vectors, some, a + row * aRow, aRow, aStep, b, bStep, depth, c + row * cRow, cRow, adding, count); \
    break;
  switch (n - row) {
    TILE(1) TILE(2) TILE(3) TILE(4) TILE(5)
#if ROWS > 6
    TILE(6) TILE(7) TILE(8) TILE(9) TILE(10) TILE(11)
#endif
  }
#undef TILE
}

// One panel of `m` columns, PANEL at most.
static TARGET void NAME(Panel)(
    long n, long m, const float *a, long aRow, long aStep, const float *b, long bStep, long depth, float *c, long cRow,
    bool adding) {
  if (m == PANEL)
    NAME(PanelOf)(2, false, n, a, aRow, aStep, b, bStep, depth, c, cRow, adding, LANES);
  else if (m > LANES)
    NAME(PanelOf)(2, true, n, a, aRow, aStep, b, bStep, depth, c, cRow, adding, (int)(m - LANES));
  else
    NAME(PanelOf)(1, true, n, a, aRow, aStep, b, bStep, depth, c, cRow, adding, (int)m);
}

// c [n, m] = a · b or c + a · b, with element (r, p) of `a` at a[r · aRow + p · aStep] and `b` [k, m] in rows.
TARGET void NAME(_multiply)(
    long n, long m, long k, const float *a, long aRow, long aStep, const float *b, long bStep, float *c, long cRow,
    bool adding) {
  for (long start = 0; start < k || start == 0; start += DEPTH) {
    long depth = k - start < DEPTH ? k - start : DEPTH;
    for (long column = 0; column < m; column += PANEL) {
      long columns = m - column < PANEL ? m - column : PANEL;
      NAME(Panel)(
          n, columns, a + start * aStep, aRow, aStep, b + start * bStep + column, bStep, depth, c + column, cRow,
          adding || start > 0);
    }
  }
}

// to[j · toRow + i] = from[i · fromRow + j] for eight i and eight j.
INLINE void NAME(TransposeEight)(const float *from, long fromRow, float *to, long toRow) {
  typedef Lanes8 Unaligned __attribute__((aligned(4)));
  Lanes8 x[8], y[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) x[i] = *(const Unaligned *)(from + i * fromRow);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    y[2 * i] = __builtin_shufflevector(x[2 * i], x[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    y[2 * i + 1] = __builtin_shufflevector(x[2 * i], x[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      x[4 * i + 2 * j] = __builtin_shufflevector(y[4 * i + j], y[4 * i + 2 + j], 0, 1, 8, 9, 4, 5, 12, 13);
      x[4 * i + 2 * j + 1] = __builtin_shufflevector(y[4 * i + j], y[4 * i + 2 + j], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    *(Unaligned *)(to + i * toRow) = __builtin_shufflevector(x[i], x[4 + i], 0, 1, 2, 3, 8, 9, 10, 11);
    *(Unaligned *)(to + (4 + i) * toRow) = __builtin_shufflevector(x[i], x[4 + i], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// to [columns, rows] = fromᵀ, `from` being [rows, columns].
static TARGET void NAME(Transpose)(long rows, long columns, const float *from, long fromRow, float *to, long toRow) {
  long row = 0;
  for (; row + 8 <= rows; row += 8) {
    long column = 0;
    for (; column + 8 <= columns; column += 8)
      NAME(TransposeEight)(from + row * fromRow + column, fromRow, to + column * toRow + row, toRow);
    for (; column < columns; column++)
      for (int i = 0; i < 8; i++) to[column * toRow + row + i] = from[(row + i) * fromRow + column];
  }
  for (; row < rows; row++)
    for (long column = 0; column < columns; column++) to[column * toRow + row] = from[row * fromRow + column];
}

// c [n, m] = x · wᵀ or c + x · wᵀ with vectors over m: panels of wᵀ are laid out row by row first.
static inline TARGET void NAME(MultiplyTurnedWeights)(
    long n, long m, long k, const float *x, long xRow, const float *w, long wRow, float *c, long cRow, bool adding) {
  float panel[DEPTH * PANEL] __attribute__((aligned(64)));
  for (long start = 0; start < k || start == 0; start += DEPTH) {
    long depth = k - start < DEPTH ? k - start : DEPTH;
    for (long column = 0; column < m; column += PANEL) {
      long columns = m - column < PANEL ? m - column : PANEL;
      NAME(Transpose)(columns, depth, w + column * wRow + start, wRow, panel, PANEL);
      NAME(Panel)(n, columns, x + start, xRow, 1, panel, PANEL, depth, c + column, cRow, adding || start > 0);
    }
  }
}

// c [n, m] = x · wᵀ or c + x · wᵀ with vectors over n: panels of xᵀ are laid out, the result is transposed at the end.
static inline TARGET void NAME(MultiplyTurnedRows)(
    long n, long m, long k, const float *x, long xRow, const float *w, long wRow, float *c, long cRow, bool adding) {
  float panel[DEPTH * PANEL] __attribute__((aligned(64)));
  float turned[COLLECTED * PANEL] __attribute__((aligned(64)));
  for (long row = 0; row < n; row += PANEL) {
    long rows = n - row < PANEL ? n - row : PANEL;
    for (long output = 0; output < m; output += COLLECTED) {
      long outputs = m - output < COLLECTED ? m - output : COLLECTED;
      float *corner = c + row * cRow + output;
      if (adding) NAME(Transpose)(rows, outputs, corner, cRow, turned, PANEL);
      for (long start = 0; start < k || start == 0; start += DEPTH) {
        long depth = k - start < DEPTH ? k - start : DEPTH;
        NAME(Transpose)(rows, depth, x + row * xRow + start, xRow, panel, PANEL);
        NAME(Panel)(
            outputs, rows, w + output * wRow + start, wRow, 1, panel, PANEL, depth, turned, PANEL, adding || start > 0);
      }
      NAME(Transpose)(outputs, rows, turned, PANEL, corner, cRow);
    }
  }
}

// c [n, m] = x · wᵀ or c + x · wᵀ; `x` is [n, k], `w` is [m, k].
TARGET void NAME(_multiply_transposed)(
    long n, long m, long k, const float *x, long xRow, const float *w, long wRow, float *c, long cRow, bool adding) {
  // Whichever takes fewer vector operations, counting one for each number that is transposed.
  long overRows = m * k * ((n + LANES - 1) / LANES) + n * (k + m);
  long overOutputs = n * k * ((m + LANES - 1) / LANES) + m * k;
  if (overRows < overOutputs)
    NAME(MultiplyTurnedRows)(n, m, k, x, xRow, w, wRow, c, cRow, adding);
  else
    NAME(MultiplyTurnedWeights)(n, m, k, x, xRow, w, wRow, c, cRow, adding);
}

#undef WIDTH
#undef LANES
#undef ROWS
#undef TARGET
#undef LANE_MASK
#undef LOAD_SOME
#undef STORE_SOME
#undef JOIN2
#undef JOIN
#undef NAME
#undef VECTOR
#undef INLINE
#undef PANEL
#undef DEPTH
#undef COLLECTED
