/// Averages rows of a row-major float32 matrix: sums in float64 in the order of the rows, rounds once to float32.
///
/// One belongs to each worker; nothing is allocated after `init`. The bits do not depend on how the rows of a mean are
/// divided among calls of `add`.
public struct RowMean: ~Copyable {
  /// Columns a row.
  public let width: Int
  /// What becomes of cells that are not finite.
  public let rule: NonFiniteRule
  /// The cells met so far; a row that enters two means counts twice.
  public private(set) var nonFinite: NonFiniteCounts

  private let sums: UnsafeMutablePointer<Double>
  /// All bits of those of a row's last eight columns that no whole vector holds.
  private let tailMask: SIMD8<UInt32>
  /// Cells left out of the current mean, one count a column; all zero unless `hasBadCells`.
  private let badCells: UnsafeMutablePointer<Int>
  private var hasBadCells = false
  private var rowCount = 0

  /// Columns that are tested for bad cells together.
  private static let chunk = 64

  /// Prepares to average rows of `width` columns.
  public init(width: Int, rule: NonFiniteRule) {
    require(width > 0, "a row has a column at least")
    self.width = width
    self.rule = rule
    nonFinite = NonFiniteCounts(width: width)
    sums = .allocate(capacity: width)
    sums.initialize(repeating: 0, count: width)
    badCells = .allocate(capacity: width)
    badCells.initialize(repeating: 0, count: width)
    let tail = UInt32(width % 8)
    let lanes = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
    tailMask = SIMD8(repeating: 0).replacing(with: .max, where: lanes .>= 8 - tail)
  }

  deinit {
    sums.deallocate()
    badCells.deallocate()
  }

  /// The mean of adjacent rows of `matrix`, [rows, width], into `output`, [width].
  ///
  /// With no rows the mean is 0 under `.zero` and NaN otherwise.
  public mutating func mean(
    of matrix: UnsafeBufferPointer<Float>, rows: Range<Int>, into output: Vector
  ) {
    require(output.count == width, "a mean a column")
    require(
      rows.lowerBound >= 0 && checkedCount(rows.upperBound, width) <= matrix.count, "rows lie in their matrix")
    if rows.count == 1, copy(matrix.start + rows.lowerBound * width, to: output.start) { return }
    begin()
    addChecked(matrix.start, rows: rows)
    finish(into: output)
  }

  /// The mean of the rows of `matrix`, [rows, width], that `rowIndices` names, into `output`, [width].
  public mutating func mean(
    of matrix: UnsafeBufferPointer<Float>, rowIndices: UnsafeBufferPointer<Int>, into output: Vector
  ) {
    require(output.count == width, "a mean a column")
    let rowLimit = matrix.count / width
    for row in rowIndices { require(row >= 0 && row < rowLimit, "rows lie in their matrix") }
    let matrix = matrix.start
    begin()
    var index = 0
    while index + 4 <= rowIndices.count {
      add(
        matrix + rowIndices[index] * width, matrix + rowIndices[index + 1] * width,
        matrix + rowIndices[index + 2] * width, matrix + rowIndices[index + 3] * width)
      index += 4
    }
    while index < rowIndices.count {
      add(matrix + rowIndices[index] * width)
      index += 1
    }
    finish(into: output)
  }

  /// Starts a mean whose rows come in several calls of `add`.
  public mutating func begin() {
    sums.update(repeating: 0, count: width)
    if hasBadCells { badCells.update(repeating: 0, count: width) }
    hasBadCells = false
    rowCount = 0
  }

  /// Adds adjacent rows of `matrix`, [rows, width], to the mean begun last.
  public mutating func add(_ matrix: UnsafeBufferPointer<Float>, rows: Range<Int>) {
    require(
      rows.lowerBound >= 0 && checkedCount(rows.upperBound, width) <= matrix.count, "rows lie in their matrix")
    addChecked(matrix.start, rows: rows)
  }

  private mutating func addChecked(_ matrix: UnsafePointer<Float>, rows: Range<Int>) {
    var row = rows.lowerBound
    while row + 4 <= rows.upperBound {
      let first = matrix + row * width
      add(first, first + width, first + 2 * width, first + 3 * width)
      row += 4
    }
    while row < rows.upperBound {
      add(matrix + row * width)
      row += 1
    }
  }

  /// Writes the mean of the rows added since `begin`, [width].
  public mutating func finish(into output: Vector) {
    require(output.count == width, "a mean a column")
    let output = output.start
    if rowCount == 0 {
      output.update(repeating: rule == .zero ? 0 : .nan, count: width)
      return
    }
    let divisor = Double(rowCount)
    let sums = sums
    for column in 0..<width { output[column] = Float(sums[column] / divisor) }
    guard hasBadCells, rule == .leaveOut else { return }
    for column in 0..<width where badCells[column] > 0 {
      let valid = rowCount - badCells[column]
      output[column] = valid == 0 ? .nan : Float(sums[column] / Double(valid))
    }
  }

  /// Forgets the cells met so far.
  public mutating func resetCounts() {
    nonFinite = NonFiniteCounts(width: width)
  }
}

// MARK: - Rows

extension RowMean {
  /// Writes the mean of one row, which is the row itself; false where a cell is not finite: then `output` is undefined.
  private func copy(_ row: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>) -> Bool {
    var test = SIMD8<Float>.zero
    for column in stride(from: 0, to: width / 8 * 8, by: 8) {
      let cells = UnsafeRawPointer(row + column).loadUnaligned(as: SIMD8<Float>.self)
      test += cells - cells
      // A sum that starts at 0 is never -0.
      UnsafeMutableRawPointer(output + column).storeBytes(of: cells + 0, as: SIMD8<Float>.self)
    }
    var isFinite = !(test .!= test).hasTrue
    for column in width / 8 * 8..<width {
      isFinite = isFinite && row[column].isFinite
      output[column] = row[column] + 0
    }
    return isFinite
  }

  /// Adds one row, [width].
  private mutating func add(_ row: UnsafePointer<Float>) {
    var column = 0
    while column + 8 <= width {
      let end = min(column + Self.chunk, width / 8 * 8)
      var test = SIMD8<Float>.zero
      for start in stride(from: column, to: end, by: 8) { test += Self.bad(row + start) }
      if (test .!= test).hasTrue {
        for start in stride(from: column, to: end, by: 8) { addVector(row + start, start) }
      } else {
        for start in stride(from: column, to: end, by: 8) {
          let sum = UnsafeMutableRawPointer(sums + start)
          sum.storeBytes(
            of: sum.loadUnaligned(as: SIMD8<Double>.self) + Self.wide(row + start), as: SIMD8<Double>.self)
        }
      }
      column = end
    }
    addTail(row)
    rowCount += 1
  }

  /// Adds four rows, [width] each, one after the other: the sums are loaded and stored once.
  private mutating func add(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ third: UnsafePointer<Float>,
    _ fourth: UnsafePointer<Float>
  ) {
    var column = 0
    while column + 8 <= width {
      let end = min(column + Self.chunk, width / 8 * 8)
      var test = SIMD8<Float>.zero
      var otherTest = SIMD8<Float>.zero
      for start in stride(from: column, to: end, by: 8) {
        test += Self.bad(first + start) + Self.bad(second + start)
        otherTest += Self.bad(third + start) + Self.bad(fourth + start)
      }
      test += otherTest
      if (test .!= test).hasTrue {
        for start in stride(from: column, to: end, by: 8) {
          addVector(first + start, start)
          addVector(second + start, start)
          addVector(third + start, start)
          addVector(fourth + start, start)
        }
      } else {
        for start in stride(from: column, to: end, by: 8) {
          let place = UnsafeMutableRawPointer(sums + start)
          var sum = place.loadUnaligned(as: SIMD8<Double>.self)
          sum += Self.wide(first + start)
          sum += Self.wide(second + start)
          sum += Self.wide(third + start)
          sum += Self.wide(fourth + start)
          place.storeBytes(of: sum, as: SIMD8<Double>.self)
        }
      }
      column = end
    }
    addTail(first)
    addTail(second)
    addTail(third)
    addTail(fourth)
    rowCount += 4
  }

  /// Adds eight columns of a row from `column` on; cell by cell only where one is not finite.
  @inline(__always)
  private mutating func addVector(_ cells: UnsafePointer<Float>, _ column: Int) {
    let test = Self.bad(cells)
    if (test .!= test).hasTrue {
      addCells(cells - column, column..<column + 8)
    } else {
      let sum = UnsafeMutableRawPointer(sums + column)
      sum.storeBytes(of: sum.loadUnaligned(as: SIMD8<Double>.self) + Self.wide(cells), as: SIMD8<Double>.self)
    }
  }

  /// Adds the columns after the last whole vector: as the vector that ends with the row, the others in it taken as 0.
  @inline(__always)
  private mutating func addTail(_ row: UnsafePointer<Float>) {
    let first = width / 8 * 8
    if first == width { return }
    if width < 8 { return addCells(row, 0..<width) }
    let place = UnsafeMutableRawPointer(sums + width - 8)
    let bits = UnsafeRawPointer(row + width - 8).loadUnaligned(as: SIMD8<UInt32>.self) & tailMask
    let cells = unsafeBitCast(bits, to: SIMD8<Float>.self)
    let test = cells - cells
    if (test .!= test).hasTrue {
      addCells(row, first..<width)
    } else {
      place.storeBytes(
        of: place.loadUnaligned(as: SIMD8<Double>.self) + Self.wide(cells), as: SIMD8<Double>.self)
    }
  }

  /// Adds some columns of a row cell by cell and counts what is not finite.
  @inline(never)
  private mutating func addCells(_ row: UnsafePointer<Float>, _ columns: Range<Int>) {
    // Swift 6.3 cannot compile `sums[column] += …` with the thread sanitizer when the pointer is a property.
    let (sums, badCells) = (sums, badCells)
    for column in columns {
      let cell = row[column]
      if cell.isFinite {
        sums[column] += Double(cell)
      } else {
        if rule == .propagate { sums[column] += Double(cell) }
        nonFinite.count(cell, column: column)
        badCells[column] += 1
        hasBadCells = true
      }
    }
  }

  /// NaN in each lane whose cell is not finite, else 0.
  @inline(__always)
  private static func bad(_ cells: UnsafePointer<Float>) -> SIMD8<Float> {
    let cell = UnsafeRawPointer(cells).loadUnaligned(as: SIMD8<Float>.self)
    return cell - cell
  }

  @inline(__always)
  private static func wide(_ cells: UnsafePointer<Float>) -> SIMD8<Double> {
    wide(UnsafeRawPointer(cells).loadUnaligned(as: SIMD8<Float>.self))
  }

  /// Lane by lane, which is two instructions; the initialiser that converts a whole vector is sometimes a call.
  @inline(__always)
  private static func wide(_ cells: SIMD8<Float>) -> SIMD8<Double> {
    SIMD8(
      Double(cells[0]), Double(cells[1]), Double(cells[2]), Double(cells[3]), Double(cells[4]), Double(cells[5]),
      Double(cells[6]), Double(cells[7]))
  }
}
