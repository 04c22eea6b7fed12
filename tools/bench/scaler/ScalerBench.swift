import Foundation
import Preparation
import Samples
import Storage
import TensorCore
import Workers

/// Times the scaler and the loops around it.
///
///     bench-scaler data FILE ROWS COLUMNS              writes random float32 rows
///     bench-scaler fit FILE ROWS COLUMNS THREADS RUNS  fits on them; prints seconds a run and the result's digest
///     bench-scaler loops                               prints GB/s of means, conversions and scaling, one thread
@main
enum ScalerBench {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    switch (arguments.first, numbers.count) {
    case ("data", 2): try RandomRows.write(to: arguments[2], rowCount: numbers[0], width: numbers[1])
    case ("fit", 4):
      let rows = try RandomRows.read(arguments[2], rowCount: numbers[0], width: numbers[1])
      try fit(rows, threadCount: numbers[2], runs: numbers[3])
    case ("loops", 0): LoopBench.run()
    default:
      throw DataError(
        .usage, "unknown arguments",
        expected: "data FILE ROWS COLUMNS, fit FILE ROWS COLUMNS THREADS RUNS, or loops")
    }
  }

  private static func fit(_ rows: MemoryRows, threadCount: Int, runs: Int) throws {
    let train = try Partition(
      groups: [.train: ["a"], .valid: ["b"], .test: ["c"]], source: "benchmark"
    ).train
    let workers = OrderedWorkers(threadCount: threadCount)
    var seconds: [Double] = []
    var processorSeconds: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      let startTicks = clock()
      let scaler = try RobustScaler.fit(on: train, rows: { _ in rows }, samplesDigest: "", workers: workers)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      processorSeconds.append(Double(clock() - startTicks) / Double(CLOCKS_PER_SEC))
      if seconds.count == runs { print("digest", digest(scaler)) }
    }
    print("seconds", list(seconds))
    print("processor", list(processorSeconds))
  }

  private static func list(_ seconds: [Double]) -> String {
    seconds.map { String(format: "%.4f", $0) }.joined(separator: " ")
  }

  /// SHA-256 over the bytes of centres and scales, float64 little-endian, so that another program can compare.
  private static func digest(_ scaler: RobustScaler) -> String {
    var digest = SHA256()
    scaler.center.withUnsafeBytes { digest.update($0) }
    scaler.scale.withUnsafeBytes { digest.update($0) }
    return digest.hexDigest()
  }
}
