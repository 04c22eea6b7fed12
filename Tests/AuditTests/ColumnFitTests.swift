import Leaks
import TensorCore
import Testing
import Workers

@testable import Audit

/// A column scaled by the statistics of its own cells, and one that is not.
@Suite struct ColumnFitTests {
  private static func cells(_ count: Int, seed: UInt64) -> [Float] {
    let generator = Philox(seed: seed)
    return (0..<count).map { index in
      // A sum of uniform values, far from 0 and with its own spread.
      let sum = (0..<4).reduce(Float(0)) { $0 + Philox.uniform(generator.word(at: 4 * index + $1, stream: 2, step: 0)) }
      return 17 + 3.7 * sum
    }
  }

  /// Scales `cells` by the statistics of `fitted`, through a stored format.
  private static func scaled(
    _ cells: [Float], fittedOn fitted: [Float], as format: FloatFormat
  ) throws -> (cells: [Float], center: Double, scale: Double) {
    let quartiles = try ColumnQuartiles.of(
      MemoryRows(fitted, width: 1), workers: OrderedWorkers(threadCount: 1))[0]
    let scale = quartiles.upper - quartiles.lower
    var bytes = [UInt8](repeating: 0, count: 4 * cells.count)
    var output = [Float](repeating: 0, count: cells.count)
    bytes.withUnsafeMutableBytes { bytes in
      cells.withUnsafeBufferPointer {
        _ = RowScaling.transform(
          $0, rowCount: cells.count, center: [quartiles.median], scale: [scale], as: format, into: bytes)
      }
      let stored = UnsafeRawBufferPointer(bytes).part(from: 0, count: format.byteCount * cells.count)
      output.withUnsafeMutableBufferPointer {
        switch format {
        case .float16: FloatConversion.fromFloat16(stored, into: $0)
        case .bfloat16: FloatConversion.fromBFloat16(stored, into: $0)
        case .float32: FloatConversion.copyFloat32(stored, into: $0)
        }
      }
    }
    return (output, Double(quartiles.median), scale)
  }

  private static func fit(
    _ cells: [Float], _ format: FloatFormat, center: Double, scale: Double, hasImputedZeros: Bool = true
  ) -> ColumnFit {
    var histogram = UnitHistograms(columns: 0..<1)
    cells.withUnsafeBufferPointer { histogram.add($0, rowCount: cells.count, width: 1, mask: nil) }
    let roundoff =
      switch format {
      case .float16: 0x1p-11
      case .bfloat16: 0x1p-8
      case .float32: 0x1p-24
      }
    return ColumnFit(
      UnitHistograms.profile(ofColumn: 0, in: [histogram]),
      .init(
        roundoff: roundoff, centerError: abs(center) * 0x1p-23 / scale, isScaleOne: scale == 1,
        hasImputedZeros: hasImputedZeros))
  }

  @Test(
    "columns fit the cells they were fitted on, in every format and for odd and even counts",
    arguments: [FloatFormat.float16, .bfloat16, .float32], [4, 5, 50, 201, 1000])
  func own(format: FloatFormat, count: Int) throws {
    for seed in 0..<20 {
      let cells = Self.cells(count, seed: UInt64(seed))
      let scaled = try Self.scaled(cells, fittedOn: cells, as: format)
      for hasImputedZeros in [true, false] {
        let fit = Self.fit(
          scaled.cells, format, center: scaled.center, scale: scaled.scale, hasImputedZeros: hasImputedZeros)
        #expect(fit.isConsistent)
      }
    }
  }

  @Test(
    "two hundred train cells do not fit statistics over other splits", arguments: [FloatFormat.float16, .bfloat16])
  func foreign(format: FloatFormat) throws {
    var consistent = 0
    for seed in 0..<100 {
      let train = Self.cells(200, seed: UInt64(seed))
      let others = Self.cells(86, seed: UInt64(1000 + seed))
      let scaled = try Self.scaled(train + others, fittedOn: train + others, as: format)
      let fit = Self.fit(Array(scaled.cells[..<200]), format, center: scaled.center, scale: scaled.scale)
      if fit.isConsistent { consistent += 1 }
    }
    // One column in ten may fit by chance; a folder has hundreds.
    #expect(consistent <= 20)
  }

  @Test("imputed zeros are no evidence against a fit, however many there are", arguments: [1, 2, 7, 60])
  func imputed(count: Int) throws {
    let cells = Self.cells(150, seed: 8)
    let scaled = try Self.scaled(cells, fittedOn: cells, as: .float16)
    let withZeros = scaled.cells + [Float](repeating: 0, count: count)
    #expect(Self.fit(withZeros, .float16, center: scaled.center, scale: scaled.scale).isConsistent)
    // If zeros take part in the fit, they move the quartiles.
    let counted = Self.fit(
      withZeros, .float16, center: scaled.center, scale: scaled.scale, hasImputedZeros: false)
    #expect(!counted.isConsistent)
  }

  @Test("a constant column fits only a scale of 1")
  func constant() {
    #expect(Self.fit([0, 0, 0], .float16, center: 5, scale: 1).isConsistent)
    #expect(!Self.fit([0, 0, 0], .float16, center: 5, scale: 2).isConsistent)
    // Half of the cells have one value: the scaler leaves the column unchanged.
    #expect(Self.fit([0, 0, 0, 0, 0, 12, -40], .float16, center: 5, scale: 1, hasImputedZeros: false).isConsistent)
  }

  @Test("one sign too many breaks the fit")
  func signs() {
    let balanced: [Float] = [-0.75, -0.5, -0.25, 0.25, 0.5, 0.75]
    let fit = Self.fit(balanced, .float32, center: 0, scale: 2)
    #expect(fit.center == 0 || abs(fit.center) < 0.001)
    #expect(!Self.fit([-0.5] + balanced, .float32, center: 0, scale: 2).isConsistent)
  }
}
