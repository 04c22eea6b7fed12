import Digests
import Files
import Foundation
import Testing
import Text

@testable import HDF5

/// A folder that is removed with the test.
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
  @Test("written files read back, with groups and datasets in byte order")
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

  @Test("a dataset with too many chunks for libhdf5 to look up in good time is decoded by libhdf5")
  func manyChunks() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.h5"
    let values = (0..<34_000).map { Float($0) }
    let writer = try HDF5Writer(path: path)
    try writer.writeFloats(values, shape: [17_000, 2], at: "a", layout: .chunked(shape: [2, 1], gzipLevel: nil))
    try writer.close()
    let index = try HDF5Indexer(childExecutable: nil).index(path)
    #expect(index["a"]?.storage == .scratch(offset: 0))
    #expect(try floats("a", in: index) == values)
  }

  @Test(
    "pieces of contiguous values end with the values, not with a row",
    arguments: [[70_000, 3], [3, 70_000], [1, 200_001], [200_001]])
  func pieces(_ shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.h5"
    let values = (0..<shape.reduce(1, *)).map { Float($0) }
    let writer = try HDF5Writer(path: path)
    try writer.writeFloats(values, shape: shape, at: "floats")
    try writer.writeDoubles(values.map { Double($0) }, shape: shape, at: "doubles")
    try writer.close()
    let index = try HDF5Indexer(childExecutable: nil).index(path)
    let file = try HDF5File(index: index)
    for name in ["floats", "doubles"] {
      let dataset = try #require(index[name])
      let buffer = FloatBuffer()
      var fingerprint = Fingerprint()
      var areReadyRowsRight = true
      var ready = 0
      try HDF5Reader().readFloats(dataset, of: file, place: name, into: buffer, fingerprint: &fingerprint) { count in
        let rows = ready * dataset.width..<count * dataset.width
        areReadyRowsRight = areReadyRowsRight && rows.allSatisfy { buffer.base[$0] == values[$0] }
        ready = count
      }
      #expect(areReadyRowsRight && ready == dataset.rowCount)
    }
  }

  @Test("a window shows each row once it has arrived, keeps what is asked for, and has the same fingerprint")
  func window() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.h5"
    let (rowCount, width) = (40_000, 7)
    let values = (0..<rowCount * width).map { Float($0) }
    let writer = try HDF5Writer(path: path)
    try writer.writeFloats(values, shape: [rowCount, width], at: "a")
    try writer.close()
    let file = try HDF5File(index: try HDF5Indexer(childExecutable: nil).index(path))
    let dataset = try #require(file.index["a"])
    let (whole, buffer) = (FloatBuffer(), FloatBuffer())
    var expected = Fingerprint()
    var fingerprint = Fingerprint()
    let reader = HDF5Reader()
    try reader.readFloats(dataset, of: file, place: "a", into: whole, fingerprint: &expected)
    var (seen, isRight) = (0, true)
    try reader.readThroughWindow(dataset, of: file, place: "a", buffer: buffer, fingerprint: &fingerprint) { window in
      // Ten rows are asked for again each time.
      isRight = isRight && window.rows.lowerBound == max(0, seen - 10) && window.rows.upperBound > seen
      for position in 0..<window.rows.count * width {
        isRight = isRight && window.values[position] == values[window.rows.lowerBound * width + position]
      }
      seen = window.rows.upperBound
      return seen - 10
    }
    #expect(isRight && seen == rowCount)
    #expect(fingerprint.hexDigest() == expected.hexDigest())
    #expect(buffer.capacity < rowCount * width)
  }

  @Test("the fingerprint covers the stored bytes and is the same at every read")
  func fingerprints() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.h5"
    let values = (0..<300).map { Float($0) }
    let writer = try HDF5Writer(path: path)
    try writer.writeFloats(values, shape: [100, 3], at: "plain")
    try writer.writeFloats(values, shape: [100, 3], at: "gzip", layout: .chunked(gzipLevel: 9))
    try writer.close()
    let index = try HDF5Indexer(childExecutable: nil).index(path)
    let file = try HDF5File(index: index)
    var expected = Fingerprint()
    values.withUnsafeBytes { expected.update($0) }
    let reader = HDF5Reader()
    func fingerprint(_ name: String) throws -> String {
      var fingerprint = Fingerprint()
      try reader.readFloats(
        try #require(index[name]), of: file, place: name, into: FloatBuffer(), fingerprint: &fingerprint)
      return fingerprint.hexDigest()
    }
    #expect(try fingerprint("plain") == expected.hexDigest())
    #expect(try fingerprint("gzip") == fingerprint("gzip"))
    #expect(try fingerprint("gzip") != expected.hexDigest())
  }

  @Test("the writer gives the same bytes each time and chooses h5py's chunk shapes")
  func writerIsDeterministic() throws {
    let folder = try TemporaryFolder()
    func write(_ name: String) throws -> [UInt8] {
      let path = folder.path + "/" + name
      let writer = try HDF5Writer(path: path)
      try writer.writeFloats((0..<300).map { Float($0) }, shape: [100, 3], at: "r/a", layout: .chunked(gzipLevel: 9))
      try writer.writeVariableStrings(["x"], at: "r/m")
      try writer.close()
      return try InputFile.contents(of: path, limit: 1 << 20)
    }
    #expect(try write("a.h5") == write("b.h5"))
    #expect(try Folder.names(in: folder.path) == ["a.h5", "b.h5"])
    // From h5py 3.16 for float32 and float64.
    #expect(HDF5Writer.automaticChunk(shape: [849, 713], elementByteCount: 4) == [54, 90])
    #expect(HDF5Writer.automaticChunk(shape: [2830, 74], elementByteCount: 4) == [354, 10])
    #expect(HDF5Writer.automaticChunk(shape: [2830, 2], elementByteCount: 8) == [1415, 1])
    #expect(HDF5Writer.automaticChunk(shape: [56, 300], elementByteCount: 4) == [14, 150])
  }

  @Test("a writer that is not closed leaves nothing behind")
  func abandonedWriter() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = try HDF5Writer(path: folder.path + "/a.h5")
      try writer.createGroup("root")
    }
    #expect(try Folder.names(in: folder.path).isEmpty)
  }

  @Test("a file cannot be created in a folder that does not exist")
  func writerWithoutFolder() throws {
    let error = #expect(throws: DataError.self) { try HDF5Writer(path: "/no/such/folder/a.h5") }
    #expect(error?.code == .cannotCreate)
  }
}
