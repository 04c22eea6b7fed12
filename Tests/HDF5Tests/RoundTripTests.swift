import Foundation
import Storage
import Testing

@testable import HDF5

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path = FileManager.default.temporaryDirectory.path + "/msa-hdf5-tests-" + UUID().uuidString

  init() throws { try Folder.make(path) }

  deinit {
    do { try Folder.remove(path) } catch { Issue.record(error) }
  }
}

/// Reads one dataset through all steps.
func floats(_ path: String, in index: HDF5Index) throws -> [Float] {
  let file = try HDF5File(index: index)
  let dataset = try #require(index[path])
  let buffer = FloatBuffer()
  var fingerprint = Fingerprint()
  try HDF5Reader().readFloats(dataset, of: file, place: path, into: buffer, fingerprint: &fingerprint)
  return Array(UnsafeBufferPointer(start: buffer.base, count: dataset.valueCount))
}

@Suite struct RoundTripTests {
  @Test("what the writer wrote comes back, with groups and datasets in the order of their bytes")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.csd"
    let values = (0..<600).map { Float($0) / 7 }
    let writer = try HDF5Writer(path: path)
    try writer.createGroup("root/data")
    try writer.writeFloats(values, shape: [100, 6], at: "root/data/b/features")
    try writer.writeDoubles([1, 2, .infinity, 4], shape: [2, 2], at: "root/data/b/intervals")
    try writer.writeFixedStrings(["one", "three"], shape: [2, 1], at: "root/data/a/words")
    try writer.writeVariableStrings(["{\"ä\": 1}"], at: "root/metadata/creator")
    try writer.close()

    let index = try HDF5Indexer(childExecutable: nil).index(path)
    #expect(index.groups == ["root", "root/data", "root/data/a", "root/data/b", "root/metadata"])
    #expect(
      index.datasets.map(\.path) == [
        "root/data/a/words", "root/data/b/features", "root/data/b/intervals", "root/metadata/creator",
      ])
    #expect(try floats("root/data/b/features", in: index) == values)
    let file = try HDF5File(index: index)
    let reader = HDF5Reader()
    var fingerprint = Fingerprint()
    let intervals = try #require(index["root/data/b/intervals"])
    #expect(
      try reader.readDoubles(intervals, of: file, place: "i", fingerprint: &fingerprint) == [1, 2, .infinity, 4])
    let words = try #require(index["root/data/a/words"])
    #expect(try reader.readStrings(words, of: file, place: "w", fingerprint: &fingerprint) == ["one", "three"])
    let creator = try #require(index["root/metadata/creator"])
    #expect(try reader.readStrings(creator, of: file, place: "c", fingerprint: &fingerprint) == ["{\"ä\": 1}"])
  }
}
