import Files
import Foundation
import Testing
import Text

@testable import HDF5

/// A small file with a dataset of each layout, which is then damaged.
private final class Victim {
  let folder: TemporaryFolder
  let path: String
  let bytes: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/victim.csd"
    let writer = try HDF5Writer(path: path)
    let values = (0..<60).map { Float($0) }
    try writer.writeFloats(
      values, shape: [20, 3], at: "r/data/a/features", layout: .chunked(shape: [8, 2], gzipLevel: 9))
    try writer.writeFloats(
      values, shape: [20, 3], at: "r/data/b/features",
      layout: .chunked(shape: [20, 3], gzipLevel: 1, shuffle: true, fletcher32: true))
    try writer.writeDoubles([0, 1, 1, 2], shape: [2, 2], at: "r/data/a/intervals")
    try writer.writeDoubles([0, 1, 1, 2], shape: [2, 2], at: "r/data/b/intervals", layout: .compact)
    try writer.writeFixedStrings(["one", "two"], shape: [2, 1], at: "r/data/c/features")
    try writer.writeVariableStrings(["{}"], at: "r/metadata/creator")
    try writer.close()
    bytes = try InputFile.contents(of: path, limit: 1 << 20)
  }

  /// Some damage sends libhdf5 into an endless loop; a test need not wait a minute to see it given up.
  private static let indexer = {
    var indexer = HDF5Indexer(childExecutable: indexChild)
    indexer.patience = 2
    return indexer
  }()

  /// Writes damaged bytes and reads everything; any error other than `DataError` fails the test.
  func survives(_ damaged: [UInt8], _ what: String) throws {
    try Data(damaged).write(to: URL(filePath: path))
    do {
      try readEverything(path, indexer: Self.indexer)
    } catch let error as DataError {
      #expect(error.code == .badData, "\(what): \(error)")
    }
  }
}

@Suite struct DamageTests {
  @Test("a file truncated after any byte is refused")
  func cutOff() throws {
    let victim = try Victim()
    let handle = try FileHandle(forWritingTo: URL(filePath: victim.path))
    for length in (0..<victim.bytes.count).reversed() {
      try handle.truncate(atOffset: UInt64(length))
      let error = #expect(throws: DataError.self, "\(length) bytes") { try readEverything(victim.path) }
      #expect(error?.code == .badData, "\(length) bytes")
    }
    try handle.close()
  }

  @Test("a file with zeros from some byte on is refused or read, without a crash")
  func zeroed() throws {
    let victim = try Victim()
    for start in stride(from: 0, to: victim.bytes.count, by: 251) {
      let damaged = victim.bytes[..<start] + [UInt8](repeating: 0, count: victim.bytes.count - start)
      try victim.survives(Array(damaged), "zeros from \(start)")
    }
  }

  @Test("a file with one wrong byte is refused or read, without a crash", arguments: [UInt8(0x01), 0xff])
  func flipped(_ mask: UInt8) throws {
    let victim = try Victim()
    for position in stride(from: Int(mask % 251), to: victim.bytes.count, by: 251) {
      var damaged = victim.bytes
      damaged[position] ^= mask
      try victim.survives(damaged, "byte \(position) ^ \(mask)")
    }
  }
}
