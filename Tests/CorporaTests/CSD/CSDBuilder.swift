import HDF5

@testable import Corpora

/// Writes small .csd files for tests.
struct CSDBuilder {
  var rootName = "COVAREP"
  var metadata: [String: String] = [:]

  /// Writes a file with whatever `fill` puts into it, and returns its path.
  func write(to path: String, _ fill: (HDF5Writer, _ data: String) throws -> Void) throws -> String {
    let writer = try HDF5Writer(path: path)
    try fill(writer, rootName + "/data/")
    for (key, text) in metadata { try writer.writeVariableStrings([text], at: "\(rootName)/metadata/\(key)") }
    try writer.close()
    return path
  }

  /// Writes a file with two rows per id.
  func write(to path: String, ids: [String], width: Int = 3) throws -> String {
    try write(to: path) { writer, data in
      for id in ids { try writer.addEntry(data + id, rows: 2, width: width) }
    }
  }
}

extension HDF5Writer {
  /// Adds zeros as features, and one-second intervals.
  func addEntry(_ path: String, rows: Int, width: Int) throws {
    try writeFloats([Float](repeating: 0, count: rows * width), shape: [rows, width], at: path + "/features")
    try addIntervals(path, rows: rows)
  }

  /// Adds one-second intervals.
  func addIntervals(_ path: String, rows: Int) throws {
    let times = (0..<rows).flatMap { [Double($0), Double($0) + 1] }
    try writeDoubles(times, shape: [rows, 2], at: path + "/intervals")
  }
}
