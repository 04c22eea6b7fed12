import CTensorCore

/// Power spectra of windowed frames of a signal, as matrix products.
///
/// A window of odd length around a centre splits into an even part, which meets only cosines, and an odd part, which
/// meets only sines. Folding each once more about a quarter of the transform separates even from odd bins, so a
/// transform of length N costs four products with tables of about N/4 × N/4 instead of two of window × N/2.
public struct FourierProduct: Sendable {
  /// The length of the transform, a multiple of 4.
  public let length: Int
  /// The number of bins, `length / 2 + 1`.
  public let binCount: Int
  /// Floats of working memory that `power` needs for a frame.
  public let scratchPerFrame: Int

  private let quarter: Int
  /// The weights of the samples at and after the centre; those before it mirror them.
  private let halfWindow: [Float]
  /// Cosines of even bins, cosines of odd bins, sines of even bins, sines of odd bins.
  private let tables: [Table]
  /// Columns of one folded part and of one result, padded to keep rows apart.
  private let stride: Int

  /// [rows, columns]: a row for each folded sample, a column for each bin.
  private struct Table {
    let rows: Int
    let columns: Int
    let values: [Float]
  }

  /// Makes the tables for a window that is 0 beyond ±(`halfWindow.count` − 1) samples of its centre.
  ///
  /// - Parameters:
  ///   - length: of the transform; samples beyond the window count as zeros.
  ///   - halfWindow: at most `length / 2` weights, from the centre on.
  public init(length: Int, halfWindow: [Double]) {
    require(
      length % 4 == 0 && !halfWindow.isEmpty && halfWindow.count <= length / 2, "a window within the transform")
    let quarter = length / 4
    self.length = length
    self.quarter = quarter
    binCount = length / 2 + 1
    stride = quarter + 8
    scratchPerFrame = 8 * stride + 2 * (length / 2 + 1)
    self.halfWindow = halfWindow.map(Float.init)
    // Angles are reduced to one turn first, in integers: no error from large arguments.
    func turn(_ k: Int, _ bin: Int) -> Double { 2 * Double.pi * Double(k * bin % length) / Double(length) }
    func table(rows: Int, bins: [Int], _ function: (Double) -> Double) -> Table {
      Table(
        rows: rows, columns: bins.count, values: (0..<rows).flatMap { k in bins.map { Float(function(turn(k, $0))) } })
    }
    let even = Array(Swift.stride(from: 0, through: length / 2, by: 2))
    let odd = Array(Swift.stride(from: 1, to: length / 2, by: 2))
    tables = [
      table(rows: quarter + 1, bins: even, cosine), table(rows: quarter, bins: odd, cosine),
      table(rows: quarter, bins: even, sine), table(rows: quarter + 1, bins: odd, sine),
    ]
  }

  /// |X|² of frames, `power` is [frames, binCount or more].
  ///
  /// - Parameters:
  ///   - signal: reaches as far as the window on both sides of each centre.
  ///   - centre: the sample under the middle of the first frame's window.
  ///   - hop: samples from one centre to the next.
  ///   - scratch: `scratchPerFrame` floats per row of `power`.
  public func power(
    of signal: UnsafeBufferPointer<Float>, centre: Int, hop: Int, scratch room: Vector, into power: Matrix
  ) {
    let count = power.rows
    if count == 0 { return }
    let reach = halfWindow.count - 1
    require(
      centre >= reach && checkedCount(count - 1, hop, plus: centre) <= signal.count - 1 - reach,
      "windows lie in their signal")
    require(room.count >= checkedCount(count, scratchPerFrame) && power.columns >= binCount, "room for all frames")
    let (centre, scratch) = (signal.start + centre, room.start)
    let size = count * stride
    let folded = scratch + 8 * size
    folded.update(repeating: 0, count: 2 * binCount)
    for row in 0..<count { fold(centre + row * hop, folded, scratch + row * stride, partSize: size) }
    for (number, table) in tables.enumerated() {
      let x = Matrix(room.part(from: number * size, count: size), rows: count, columns: table.rows, stride: stride)
      let result = Matrix(
        room.part(from: (4 + number) * size, count: size), rows: count, columns: table.columns, stride: stride)
      table.values.withUnsafeBufferPointer { values in
        // Products only reads its second factor.
        let w = Matrix(Vector(mutating: values), rows: table.rows, columns: table.columns)
        Products.multiply(x, w, into: result)
      }
    }
    for row in 0..<count {
      let cosEven = scratch + 4 * size + row * stride
      msa_join_power(cosEven, cosEven + 2 * size, cosEven + size, cosEven + 3 * size, quarter, power.row(row))
    }
  }

  /// Windows a frame and folds it twice.
  ///
  /// - Parameters:
  ///   - folded: two rows of `binCount`, zero beyond the window.
  ///   - parts: the row of the first of four parts, which are `partSize` apart.
  private func fold(
    _ centre: UnsafePointer<Float>, _ folded: UnsafeMutablePointer<Float>, _ parts: UnsafeMutablePointer<Float>,
    partSize: Int
  ) {
    let (even, odd) = (folded, folded + binCount)
    msa_fold_window(centre, halfWindow, halfWindow.count, even, odd)
    msa_fold_quarter(
      even, odd, quarter, parts, parts + partSize, parts + 2 * partSize, parts + 3 * partSize)
  }
}
