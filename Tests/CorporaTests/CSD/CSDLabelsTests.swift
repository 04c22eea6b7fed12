import HDF5
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Label columns")
struct CSDLabelsTests: ~Copyable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let six = Array(CSDLabels.mosei.dropFirst())
  private static let moved = six + ["sentiment"]

  private func open(_ path: String) throws -> CSDFile {
    try CSDFile.open(path, indexer: CSDIndexer.inProcess)
  }

  /// The labels of a file with one row; all values are 1, except those in `negative`, which are −1.
  private func labels(
    width: Int, names: String?, rootName: String = "All Labels", negative: Set<Int> = [0], given: [String]? = nil
  ) throws -> CSDLabels {
    let metadata = names.map { ["dimension names": $0] } ?? [:]
    let path = try CSDBuilder(rootName: rootName, metadata: metadata).write(to: folder.path + "/labels.csd") {
      let values = (0..<width).map { negative.contains($0) ? Float(-1) : 1 }
      try $0.writeFloats(values, shape: [1, width], at: $1 + "a/features")
      try $0.addIntervals($1 + "a", rows: 1)
    }
    return try CSDLabels(of: open(path), names: given)
  }

  @Test(
    "matching names are taken from the metadata without a warning",
    arguments: [
      (1, "[\"sentiment score\"]", ["sentiment"], 0),
      (2, "[\"arousal\", \"Sentiment\"]", ["arousal", "sentiment"], 1),
      (2, "[\"sentiment_std\", \"sentiment\"]", ["sentiment_std", "sentiment"], 1),
      (7, "[\"happy\",\"sad\",\"anger\",\"surprise\",\"disgust\",\"fear\",\"sentiment\"]", moved, 6),
      (2, "[\"happy\", \"sad\"]", ["happy", "sad"], nil), (1, "[\"happy\"]", ["happy"], nil),
    ] as [(Int, String, [String], Int?)])
  func named(width: Int, names: String, expected: [String], column: Int?) throws {
    let labels = try labels(width: width, names: names)
    #expect(labels.names == expected)
    #expect(labels.sentimentColumn == column)
    #expect(labels.warning == nil)
  }

  @Test(
    "without matching names, the number of columns and their values decide, with a warning about the assumption",
    arguments: [
      (7, nil, [0], CSDLabels.mosei), (7, "[]", [0], CSDLabels.mosei), (7, "no JSON", [0, 3], CSDLabels.mosei),
      (7, "[\"a\", \"b\"]", [], CSDLabels.mosei), (1, "[\"a\", \"b\"]", [], ["sentiment"]), (1, nil, [], ["sentiment"]),
      (7, nil, [6], moved), (7, "[\"happy\", \"happy\"]", [6], moved),
      (7, nil, [2], ["happy", "sad", "sentiment", "anger", "surprise", "disgust", "fear"]),
      (
        7, "[\"fear\",\"sad\",\"anger\",\"surprise\",\"disgust\",\"happy\"]", [6],
        ["fear", "sad", "anger", "surprise", "disgust", "happy", "sentiment"]
      ),
    ] as [(Int, String?, Set<Int>, [String])])
  func guessed(width: Int, names: String?, negative: Set<Int>, expected: [String]) throws {
    let labels = try labels(width: width, names: names, negative: negative)
    #expect(labels.names == expected)
    let warning = try #require(labels.warning)
    #expect(warning.hasPrefix("labels.csd has "))
    #expect(warning.contains("taken as \(expected.joined(separator: ", "))") && warning.contains("--label-names"))
    #expect(!warning.contains("\n"))
  }

  @Test("the SDK's files whose only column is the sentiment need no names", arguments: ["Opinion Segment Labels"])
  func known(rootName: String) throws {
    let labels = try labels(width: 1, names: nil, rootName: rootName)
    #expect(labels.names == ["sentiment"])
    #expect(labels.warning == nil)
  }

  @Test("six columns are CMU-MOSEI's emotions if the root name says so and none is negative")
  func emotions() throws {
    let labels = try labels(width: 6, names: nil, rootName: "Emotion Labels", negative: [])
    #expect(labels.names == Self.six)
    #expect(labels.sentimentColumn == nil)
    #expect(labels.warning != nil)
    let named = try self.labels(width: 6, names: "['happy','sad','anger','surprise','disgust','fear']", negative: [])
    #expect(named.names == Self.six)
    #expect(named.warning == nil)
  }

  @Test(
    "columns that cannot be told apart are refused, naming the flag that names them",
    arguments: [
      (3, nil, "All Labels", [0], "has no names for its 3 label columns"),
      (7, nil, "All Labels", [2, 5], "has no names for its 7 label columns"),
      (6, nil, "All Labels", [], "has no names for its 6 label columns"),
      (6, nil, "Emotion Labels", [1], "has no names for its 6 label columns"),
      (3, "a,b", "All Labels", [], "has 2 \"dimension names\" (a, b) for 3 label columns"),
      (3, "a,b,a", "All Labels", [], "repeats or leaves out a name among its \"dimension names\" (a, b, a)"),
    ] as [(Int, String?, String, Set<Int>, String)])
  func refused(width: Int, names: String?, rootName: String, negative: Set<Int>, found: String) throws {
    let error = try #require(throws: DataError.self) {
      try labels(width: width, names: names, rootName: rootName, negative: negative)
    }
    #expect(error.code == .badData)
    #expect(error.description.contains("\(rootName): \(found)"), "\(error)")
    #expect(error.advice?.contains("--label-names") == true)
  }

  @Test("names given by the user override the file")
  func given() throws {
    let labels = try labels(width: 7, names: nil, given: ["a", "b", "c", "d", "e", "f", "Sentiment"])
    #expect(labels.names == ["a", "b", "c", "d", "e", "f", "sentiment"])
    #expect(labels.sentimentColumn == 6)
    #expect(labels.warning == nil)
    let error = try #require(throws: DataError.self) { try self.labels(width: 7, names: nil, given: ["a", "b"]) }
    #expect(error.code == .usage)
  }

  @Test("names in attributes, or in a dataset of one text per name, are the file's own")
  func otherPlaces() throws {
    let labels = try CSDLabels(of: open(fixture("hdf5/attributes.h5")))
    #expect(labels.names == Self.moved)
    #expect(labels.warning == nil)
    let path = try CSDBuilder(rootName: "All Labels").write(to: folder.path + "/fixed.csd") { writer, data in
      try writer.addEntry(data + "a", rows: 1, width: 7)
      try writer.writeFixedStrings(Self.moved, shape: [7], at: "All Labels/metadata/Dimension_Names")
    }
    #expect(try CSDLabels(of: open(path)).names == Self.moved)
  }
}
