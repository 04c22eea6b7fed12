import Foundation
import TensorCore

/// The loops that every cell passes through, on one thread.
enum LoopBench {
  static func run() {
    for width in [713, 74, 300] {
      means(width: width, rule: .leaveOut)
    }
    conversions()
    for format in [FloatFormat.float16, .bfloat16, .float32] { scaling(format) }
  }

  /// Means of 20 rows from a block that fits in the second-level cache, with one bad cell in a thousand.
  private static func means(width: Int, rule: NonFiniteRule) {
    let rowCount = 512 * 1024 / 4 / width / 20 * 20
    var values = [Float](repeating: 0, count: rowCount * width)
    var state: UInt64 = 1
    for index in values.indices {
      values[index] = RandomRows.normal(&state)
      if state >> 33 % 1000 == 0 { values[index] = .nan }
    }
    var mean = RowMean(width: width, rule: rule)
    var output = [Float](repeating: 0, count: width)
    report("mean of 20 rows, width \(width)", bytes: 4 * values.count) {
      values.withUnsafeBufferPointer { values in
        output.withUnsafeMutableBufferPointer { output in
          for start in stride(from: 0, to: rowCount, by: 20) {
            mean.mean(of: values, rows: start..<start + 20, into: output)
          }
        }
      }
    }
  }

  private static func conversions() {
    let count = 100_000
    var state: UInt64 = 1
    let values = (0..<count).map { _ in RandomRows.normal(&state) }
    var halves = [UInt16](repeating: 0, count: count)
    var back = values
    values.withUnsafeBufferPointer { values in
      halves.withUnsafeMutableBytes { halves in
        back.withUnsafeMutableBufferPointer { back in
          let stored = UnsafeRawBufferPointer(halves)
          report("float32 → float16", bytes: 4 * count) { _ = FloatConversion.toFloat16(values, into: halves) }
          report("float16 → float32", bytes: 4 * count) { FloatConversion.fromFloat16(stored, into: back) }
          report("float32 → bfloat16", bytes: 4 * count) { FloatConversion.toBFloat16(values, into: halves) }
          report("bfloat16 → float32", bytes: 4 * count) { FloatConversion.fromBFloat16(stored, into: back) }
        }
      }
    }
  }

  private static func scaling(_ format: FloatFormat) {
    let width = 713
    let rowCount = 140
    var state: UInt64 = 1
    let values = (0..<rowCount * width).map { _ in RandomRows.normal(&state) }
    let center = (0..<width).map { Float($0) / 100 }
    let scale = (0..<width).map { 1 + Double($0) / 300 }
    var output = [UInt8](repeating: 0, count: 4 * values.count)
    report("scale to \(format)", bytes: 4 * values.count) {
      values.withUnsafeBufferPointer { values in
        output.withUnsafeMutableBytes {
          _ = RowScaling.transform(values, rowCount: rowCount, center: center, scale: scale, as: format, into: $0)
        }
      }
    }
  }

  /// Prints the best of several runs, GB/s of float32 cells.
  private static func report(_ name: String, bytes: Int, _ body: () -> Void) {
    var best = Double.infinity
    for _ in 0..<30 {
      let start = ContinuousClock.now
      for _ in 0..<20 { body() }
      best = min(best, (ContinuousClock.now - start) / .seconds(1) / 20)
    }
    let speed = String(format: "%6.2f GB/s", Double(bytes) / best / 1e9)
    print(name.padding(toLength: 32, withPad: " ", startingAt: 0), speed)
  }
}
