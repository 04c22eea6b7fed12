import Files
import TestSupport
import Testing

@testable import Pickles

@Suite("Writing pickles")
struct PickleWriterTests {
  @Test("what is written reads back: dictionaries, lists, texts of any length, arrays of every type")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.pkl")
    let long = String(repeating: "ü", count: 300)
    var writer = try PickleWriter(path: path)
    try writer.beginDictionary()
    try writer.write("texts")
    try writer.write(["", "é", long])
    try writer.write("numbers")
    try writer.write([0, -1, 1 << 40])
    try writer.write("floats")
    try writer.write([Float(1.5), -.infinity, 3, 4, 5, 6], .float32, shape: [2, 3])
    try writer.write("integers")
    try writer.write([Int64.max, -2], .int64, shape: [2])
    try writer.write("unicode")
    try writer.write(["a", "bcd"], shape: [2, 1], asBytes: false)
    try writer.write("bytes")
    try writer.write(["a", "bcd", "", "é"], shape: [2, 2], asBytes: true)
    try writer.write("empty")
    try writer.write([Float](), .float32, shape: [0, 4])
    try writer.endDictionary()
    try writer.commit()
    guard case .dictionary(let read) = try Pickle.read(path) else {
      Issue.record("not a dictionary")
      return
    }
    #expect(read["texts"]?.elements?.compactMap(\.text) == ["", "é", long])
    #expect(read["numbers"]?.elements?.compactMap(\.wholeNumber) == [0, -1, 1 << 40])
    func array(_ key: String) throws -> PickledArray {
      guard case .array(let array)? = read[key] else { throw CancellationError() }
      return array
    }
    let floats = try array("floats")
    #expect(try floats.shape == [2, 3] && floats.floats() == [1.5, -.infinity, 3, 4, 5, 6])
    #expect(try array("integers").integers() == [Int.max, -2])
    #expect(try array("unicode").texts() == ["a", "bcd"])
    #expect(try array("bytes").texts() == ["a", "bcd", "", "é"])
    #expect(try array("empty").shape == [0, 4])
  }

  @Test("an array that lacks bytes ends no pickle, and leaves no file")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.pkl")
    #expect(throws: (any Error).self) {
      var writer = try PickleWriter(path: path)
      try writer.beginArray(.float32, shape: [2])
      try [Float(1)].withUnsafeBytes { try writer.append($0) }
      try writer.endArray()
      try writer.commit()
    }
    #expect(try Folder.names(in: folder.path).isEmpty)
  }
}
