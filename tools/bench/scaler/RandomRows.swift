import Files
import Foundation
import TensorCore
import Text

/// Random float32 rows in a file of nothing but their bytes.
enum RandomRows {
  /// Nearly normal values, each column with its own centre and spread.
  static func write(to path: String, rowCount: Int, width: Int) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw DataError(.cannotCreate, file: path, "cannot be created") }
    var state: UInt64 = 1
    for start in stride(from: 0, to: rowCount, by: 1000) {
      var block = [Float](repeating: 0, count: min(1000, rowCount - start) * width)
      for index in block.indices {
        let column = index % width
        block[index] = normal(&state) * Float(1 + column % 7) + Float(column % 13) - 6
      }
      try block.withUnsafeBytes { try file.write(contentsOf: Data($0)) }
    }
    try file.close()
  }

  /// Reads the rows into memory.
  static func read(_ path: String, rowCount: Int, width: Int) throws -> MemoryRows {
    let file = try InputFile(path: path)
    guard file.byteCount == 4 * rowCount * width else {
      throw DataError(.badData, file: path, "\(file.byteCount) bytes", expected: "\(4 * rowCount * width)")
    }
    var failure: (any Error)?
    let values = [Float](unsafeUninitializedCapacity: rowCount * width) { buffer, count in
      do {
        try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        count = rowCount * width
      } catch { failure = error }
    }
    if let failure { throw failure }
    return MemoryRows(values, width: width)
  }

  /// The sum of four uniform numbers, with mean 0 and variance 1: close to normal, and fast.
  static func normal(_ state: inout UInt64) -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var bits = (state ^ (state >> 29)) &* 0xbf58_476d_1ce4_e5b9
    bits ^= bits >> 32
    var sum: Float = 0
    for part in 0..<4 { sum += Float(bits >> (16 * UInt64(part)) & 0xffff) }
    return (sum / 65536 - 2) * 1.732_050_8 + Float(state >> 40) * 1e-9
  }
}
