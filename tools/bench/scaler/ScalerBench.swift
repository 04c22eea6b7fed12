import Digests
import Foundation
import Preparation
import Samples
import TensorCore
import Text
import Workers

/// Times the scaler and the loops around it.
///
///     bench-scaler data FILE ROWS COLUMNS              writes random float32 rows
///     bench-scaler fit FILE ROWS COLUMNS THREADS RUNS  fits on them; prints the result's digest, seconds a run, memory
///     bench-scaler dump FILE ROWS COLUMNS THREADS OUT  fits and transforms; writes what tools/parity/scaler compares
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
    case ("dump", 3):
      let rows = try RandomRows.read(arguments[2], rowCount: numbers[0], width: numbers[1])
      try dump(rows, rowCount: numbers[0], threadCount: numbers[2], to: arguments[6])
    case ("loops", 0): LoopBench.run()
    default:
      throw DataError(
        .usage, "unknown arguments",
        expected: "data FILE ROWS COLUMNS, fit FILE ROWS COLUMNS THREADS RUNS, dump …, or loops")
    }
  }

  /// The scaler of `rows`.
  private static func scaler(of rows: MemoryRows, threadCount: Int) throws -> RobustScaler {
    let train = try Partition(
      groups: [.train: ["a"], .valid: ["b"], .test: ["c"]], source: "benchmark"
    ).train
    return try RobustScaler.fit(
      on: train, rows: { _ in rows }, samplesDigest: "", workers: OrderedWorkers(threadCount: threadCount))
  }

  private static func fit(_ rows: MemoryRows, threadCount: Int, runs: Int) throws {
    let before = peakMegabytes()
    var seconds: [Double] = []
    var processorSeconds: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      let startTicks = clock()
      let scaler = try scaler(of: rows, threadCount: threadCount)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      processorSeconds.append(Double(clock() - startTicks) / Double(CLOCKS_PER_SEC))
      if seconds.count == runs { print("digest", digest(scaler)) }
    }
    print("seconds", list(seconds))
    print("processor", list(processorSeconds))
    print("megabytes", peakMegabytes() - before, "beyond the rows")
  }

  /// Writes centres and scales (float64), then the scaled rows as float32, then as float16.
  private static func dump(_ rows: MemoryRows, rowCount: Int, threadCount: Int, to path: String) throws {
    let scaler = try scaler(of: rows, threadCount: threadCount)
    var data = scaler.center.withUnsafeBytes { Data($0) }
    scaler.scale.withUnsafeBytes { data.append(contentsOf: $0) }
    for format in [FloatFormat.float32, .float16] {
      for (piece, count) in rows.pieceRowCounts.enumerated() {
        var scaled = [UInt8](repeating: 0, count: count * rows.width * format.byteCount)
        try rows.withPiece(piece) { values in
          scaled.withUnsafeMutableBytes { _ = scaler.transform(values, rowCount: count, as: format, into: $0) }
        }
        data.append(contentsOf: scaled)
      }
    }
    try data.write(to: URL(filePath: path))
  }

  /// The peak memory of this process.
  private static func peakMegabytes() -> Int {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss >> 10
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss >> 20
    #endif
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
