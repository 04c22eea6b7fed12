import Foundation
import TensorCore

/// Calls of kernels that would reach beyond their buffers: `fuzz --promises` makes each in its own process and checks
/// that the process ends there. In a release build this shows that the checks hold there too.
enum BrokenPromises {
  private static func values(_ count: Int) -> Vector {
    let values = Vector.allocate(capacity: count)
    values.initialize(repeating: 1)
    return values
  }

  private static func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(values(rows * columns), rows: rows, columns: columns)
  }

  private static let calls: [(name: String, call: @Sendable () -> Void)] = [
    ("a matrix beyond its buffer", { _ = Matrix(values(11), rows: 3, columns: 4) }),
    ("a matrix of 2⁶² rows", { _ = Matrix(values(4), rows: 1 << 62, columns: 4) }),
    ("a matrix whose rows overlap", { _ = Matrix(values(12), rows: 3, columns: 4, stride: 2) }),
    ("rows beyond their matrix", { _ = matrix(3, 4).rows(1..<4) }),
    ("columns beyond their matrix", { _ = matrix(3, 4).columns(2..<5) }),
    ("x · wᵀ of other shapes", { Products.multiplyTransposed(matrix(2, 3), matrix(2, 4), into: matrix(2, 2)) }),
    ("x · w of other shapes", { Products.multiply(matrix(2, 3), matrix(4, 2), into: matrix(2, 2)) }),
    ("xᵀ · y of other shapes", { Products.transposedMultiply(matrix(2, 3), matrix(3, 2), into: matrix(3, 2)) }),
    ("a bias too short", { LinearKernel.addBias(values(3), to: matrix(2, 4)) }),
    ("a copy of another shape", { LinearKernel.copy(matrix(3, 4), into: matrix(2, 4)) }),
    (
      "an optimiser's gradients too few",
      {
        OptimizerKernel.sgd(
          values(8), gradients: values(7), velocity: values(8), learningRate: 1, weightDecay: 0, momentum: 0,
          gradientScale: 1)
      }
    ),
    ("float16 values too few", { FloatConversion.fromFloat16(UnsafeRawBufferPointer(values(4)), into: values(9)) }),
    ("bfloat16 values too few", { FloatConversion.fromBFloat16(UnsafeRawBufferPointer(values(4)), into: values(9)) }),
    ("float32 values too many", { FloatConversion.copyFloat32(UnsafeRawBufferPointer(values(4)), into: values(3)) }),
    ("a part beyond its buffer", { _ = values(4).part(from: 2, count: 3) }),
    ("a part from before its buffer", { _ = UnsafeBufferPointer(values(4)).part(from: -1, count: 2) }),
    ("a part of 2⁶³ − 1 values", { _ = UnsafeRawBufferPointer(values(4)).part(from: 2, count: .max) }),
    (
      "a mean of rows that are not there",
      {
        var mean = RowMean(width: 4, rule: .zero)
        mean.mean(of: UnsafeBufferPointer(values(8)), rows: 1..<3, into: values(4))
      }
    ),
    (
      "scaled rows without room",
      {
        _ = RowScaling.transform(
          UnsafeBufferPointer(values(8)), rowCount: 2, center: [0, 0, 0, 0], scale: [1, 1, 1, 1], as: .float32,
          into: UnsafeMutableRawBufferPointer(values(7)))
      }
    ),
    (
      "a pooled mean with a short mask",
      {
        [UInt8(1)].withUnsafeBufferPointer { PoolingKernel.mean(matrix(2, 4), mask: $0, into: values(4)) }
      }
    ),
    (
      "histograms of columns that rows lack",
      {
        var histograms = UnitHistograms(columns: 0..<5)
        histograms.add(UnsafeBufferPointer(values(8)), rowCount: 2, width: 4, mask: nil)
      }
    ),
  ]

  /// Makes one call, which should not come back.
  static func make(_ number: Int) { calls[number].call() }

  /// Makes all calls and prints those that came back.
  ///
  /// - Returns: whether none did.
  static func areAllKept() throws -> Bool {
    var broken = 0
    for (number, call) in calls.enumerated() {
      let process = Process()
      process.executableURL = URL(filePath: CommandLine.arguments[0])
      process.arguments = ["--promise", String(number)]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      if process.terminationReason == .exit, process.terminationStatus == 0 {
        broken += 1
        print("came back: \(call.name)")
      }
    }
    print("promises: \(calls.count) calls beyond their buffers, \(calls.count - broken) stopped")
    return broken == 0
  }
}
