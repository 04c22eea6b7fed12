import HDF5
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Computational sequences")
struct CSDFileTests: ~Copyable {
  private let folder: TemporaryFolder
  private let indexer = CSDIndexer.inProcess

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path + "/test.csd" }

  @Test("any root name and JSON or plain-text metadata are read, and entries are sorted by their bytes")
  func reading() throws {
    let builder = CSDBuilder(
      rootName: "My root 4.2", metadata: ["uuid": "plain text", "version": "\"1.0\"", "md5": "null"])
    _ = try builder.write(to: path, ids: ["b", "a[10]", "a[2]", "a-x", "a", "-z", "_1", "12"])
    let file = try CSDFile.open(path, indexer: indexer)
    #expect(file.rootName == "My root 4.2")
    #expect(file.metadata == ["uuid": "plain text", "version": "1.0", "md5": .null])
    #expect(file.entries.map(\.id) == ["-z", "12", "_1", "a", "a-x", "a[10]", "a[2]", "b"])
    #expect(file.recordings == ["-z", "12", "_1", "a", "a-x", "b"])
    #expect(file.entries(of: "a").map(\.id) == ["a", "a[10]", "a[2]"])
    #expect(file.entries(of: "none").isEmpty)
    #expect(file.contains("a-x") && !file.contains("a["))
    #expect((file.width, file.rowCount) == (3, 16))
  }

  @Test(
    "an entry belongs to the recording named before its brackets",
    arguments: [
      ("vid", "vid"), ("vid[0]", "vid"), ("vid[12]", "vid"), ("vid[1][2]", "vid"), ("vid[x]", "vid[x]"),
      ("vid[]", "vid[]"), ("[1]", "[1]"), ("vid[1]x", "vid[1]x"), ("vid[-1]", "vid[-1]"), ("é[3]", "é"),
    ])
  func recordings(id: String, recording: String) { #expect(SampleID.recording(of: id) == recording) }

  @Test(
    "an entry's name up to the given depth identifies a part of a recording",
    arguments: [("vid", 0, "vid"), ("vid[1]", 1, "vid[1]"), ("vid[1][2]", 2, "vid[1]"), ("v[x][3]", 1, "v[x][3]")])
  func parts(id: String, depth: Int, part: String) {
    #expect(SampleID.depth(of: id) == depth)
    #expect(SampleID.part(of: id, depth: 1) == part)
    #expect(SampleID.part(of: id, depth: 9) == id)
  }

  @Test("an entry may be a nested group, as a name with a slash creates it; other nested groups are ignored")
  func nested() throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      for id in ["vid/0", "vid/1", "vid-x"] { try writer.addEntry(data + id, rows: 2, width: 3) }
      try writer.writeFloats([1], shape: [1], at: data + "vid-x/extra/more")
    }
    let file = try CSDFile.open(path, indexer: indexer)
    #expect(file.entries.map(\.id) == ["vid-x", "vid/0", "vid/1"])
    #expect(file.recordings == ["vid-x", "vid/0", "vid/1"])
  }

  @Test("grouped by parts, a file has one part per entry of that depth, and deeper entries belong to it")
  func grouped() throws {
    _ = try CSDBuilder().write(to: path, ids: ["a[0]", "a[1]", "a[1][3]", "b[0][1]"])
    let file = try CSDFile.open(path, indexer: indexer).grouped(atDepth: 1)
    #expect(file.recordings == ["a[0]", "a[1]", "b[0]"])
    #expect(file.entries(of: "a[1]").map(\.id) == ["a[1]", "a[1][3]"])
    #expect(file.grouped(atDepth: 0).recordings == ["a", "b"])
  }

  @Test("entries without rows are kept, and their width is ignored")
  func emptyEntries() throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      try writer.addEntry(data + "a", rows: 0, width: 5)
      try writer.addEntry(data + "b", rows: 2, width: 3)
      try writer.writeFloats([], shape: [0], at: data + "c/features")
      try writer.writeFloats([], shape: [0], at: data + "c/intervals")
    }
    let file = try CSDFile.open(path, indexer: indexer)
    #expect(file.entries.map(\.rowCount) == [0, 2, 0])
    #expect(file.width == 3)
  }

  @Test("higher axes are flattened, and a missing second axis means one value per row")
  func ranks() throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      try writer.writeFloats([Float](repeating: 0, count: 12), shape: [2, 2, 3], at: data + "a/features")
      try writer.addIntervals(data + "a", rows: 2)
    }
    #expect(try CSDFile.open(path, indexer: indexer).width == 6)
    _ = try CSDBuilder().write(to: path) { writer, data in
      try writer.writeFloats([1, 2], shape: [2], at: data + "a/features")
      try writer.addIntervals(data + "a", rows: 2)
    }
    #expect(try CSDFile.open(path, indexer: indexer).width == 1)
  }

  @Test("texts of fixed and variable length are words, not numbers", arguments: [false, true])
  func words(isVariable: Bool) throws {
    _ = try CSDBuilder(rootName: "words").write(to: path) { writer, data in
      for id in ["a", "b"] {
        if isVariable {
          try writer.writeVariableStrings(["one", "two"], at: data + id + "/features")
        } else {
          try writer.writeFixedStrings(["one", id + "wo"], shape: [2, 1], at: data + id + "/features")
        }
        try writer.addIntervals(data + id, rows: 2)
      }
    }
    let file = try CSDFile.open(path, indexer: indexer)
    #expect(file.isText)
    #expect(file.width == 1)
    let error = try #require(throws: DataError.self) { try file.requireNumbers(for: "--audio") }
    let type = isVariable ? "string" : "string of 3 bytes"
    #expect(
      error.description
        == "\(path): words/data/a/features: holds words (\(type)), expected numbers. Give another file with --audio.")
  }

  private func openingError(
    _ fill: (HDF5Writer, _ data: String) throws -> Void
  ) throws -> String {
    _ = try CSDBuilder().write(to: path, fill)
    let error = try #require(throws: DataError.self) { try CSDFile.open(path, indexer: indexer) }
    #expect(error.code == .badData)
    return String(error.description.dropFirst(path.count + 2))
  }

  @Test("features and intervals of different lengths are refused")
  func lengths() throws {
    let message = try openingError { writer, data in
      try writer.writeFloats([1, 2, 3], shape: [3, 1], at: data + "a/features")
      try writer.addIntervals(data + "a", rows: 2)
    }
    #expect(
      message == """
        COVAREP/data/a/intervals: 2 rows, expected 3 as in features. \
        Download the file again; if a is still bad, remove it from the file.
        """)
  }

  @Test(
    "intervals that are not n × 2 are refused",
    arguments: [
      ([2, 3], "3 columns, expected 2 (start, end in seconds)"), ([2, 1], "1 column, expected 2"),
      ([2], "shape [2], expected [n, 2]"), ([2, 2, 1], "shape [2, 2, 1], expected [n, 2]"),
      ([], "shape [], expected [n, 2]"),
    ])
  func intervals(shape: [Int], message: String) throws {
    let error = try openingError { writer, data in
      try writer.writeFloats([1, 2], shape: [2, 1], at: data + "a/features")
      let count = shape.reduce(1, *)
      try writer.writeDoubles([Double](repeating: 0, count: count), shape: shape, at: data + "a/intervals")
    }
    #expect(error.hasPrefix("COVAREP/data/a/intervals: " + message), "\(error)")
  }

  @Test("intervals and features of the wrong type are refused")
  func types() throws {
    let intervals = try openingError { writer, data in
      try writer.writeFloats([1], shape: [1, 1], at: data + "a/features")
      try writer.writeFixedStrings(["0", "1"], shape: [1, 2], at: data + "a/intervals")
    }
    #expect(intervals.hasPrefix("COVAREP/data/a/intervals: holds string of 1 bytes, expected numbers"))
    let features = try openingError { writer, data in
      try writer.writeFixedStrings(["0", "1"], shape: [1, 2], at: data + "a/features")
      try writer.addIntervals(data + "a", rows: 1)
    }
    #expect(features.hasPrefix("COVAREP/data/a/features: 2 words per row, expected 1"))
  }

  @Test("a width or type that changes between entries is refused, naming both entries")
  func likeness() throws {
    let width = try openingError { writer, data in
      try writer.addEntry(data + "a", rows: 1, width: 3)
      try writer.addEntry(data + "b", rows: 1, width: 4)
    }
    #expect(width.hasPrefix("COVAREP/data/b/features: 4 values per row, expected 3 as in a."))
    let kind = try openingError { writer, data in
      try writer.addEntry(data + "a", rows: 1, width: 1)
      try writer.writeFixedStrings(["x"], shape: [1, 1], at: data + "b/features")
      try writer.addIntervals(data + "b", rows: 1)
    }
    #expect(kind.hasPrefix("COVAREP/data/b/features: holds string of 1 bytes, expected float32 as in a."))
  }

  @Test("an entry that lacks a dataset is refused")
  func missingDatasets() throws {
    let intervals = try openingError { try $0.writeFloats([1], shape: [1, 1], at: $1 + "a/features") }
    #expect(
      intervals.hasPrefix("COVAREP/data/a: has no dataset intervals, expected the datasets features and intervals"))
    let both = try openingError { writer, data in
      try writer.addEntry(data + "a", rows: 1, width: 1)
      try writer.createGroup(data + "b")
    }
    #expect(both.hasPrefix("COVAREP/data/b: has no dataset features"))
    let dataset = try openingError { try $0.writeFloats([1], shape: [1, 1], at: $1 + "a") }
    #expect(dataset.hasPrefix("COVAREP/data/a: is a dataset, expected a group"))
  }

  @Test("entries and their datasets may be soft links within the file")
  func softLinks() throws {
    let file = try CSDFile.open(fixture("hdf5/links.h5"), indexer: indexer)
    #expect(file.entries.map(\.id) == ["a", "b", "c"])
    #expect(file.entries.map(\.rowCount) == [6, 6, 6])
    #expect(Set(file.entries.map(\.intervals.shape)) == [[6, 2]])
  }

  @Test("of several top-level groups, the one with entries is the sequence; the others may hold its link targets")
  func storeBesideIt() throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      try writer.addEntry(data + "a", rows: 1, width: 2)
      try writer.writeFloats([1], shape: [1], at: "a store/x")
    }
    #expect(try CSDFile.open(path, indexer: indexer).rootName == "COVAREP")
  }

  @Test("a file that is no computational sequence is refused")
  func otherFiles() throws {
    let several = try openingError { writer, data in
      try writer.addEntry(data + "a", rows: 1, width: 1)
      try writer.addEntry("other/data/b", rows: 1, width: 1)
    }
    #expect(several.hasPrefix("2 groups (COVAREP, other) at the top level, expected one"))
    let none = try openingError { writer, _ in try writer.writeFloats([1], shape: [1], at: "values") }
    #expect(none.hasPrefix("no group at the top level"))
    let empty = try openingError { try $0.createGroup(String($1.dropLast())) }
    #expect(empty.hasPrefix("COVAREP/data: holds no entries"))
    let text = try folder.write("text.csd", "not HDF5")
    let error = try #require(throws: DataError.self) { try CSDFile.open(text, indexer: indexer) }
    #expect(error.code == .badData)
    #expect(throws: DataError.self) { try CSDFile.open(folder.path + "/none.csd", indexer: indexer) }
  }

  /// Opens a file without refusing its defects.
  private func opened(folds: [Split: [String]]? = nil) throws -> CSDFile {
    try CSDFile.open(indexer.hdf5.start(path), folds: folds.map { FoldFile(path: "folds", groups: $0) })
  }

  @Test("a defective file still gives its other entries and knows the recordings of all")
  func defects() throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      try writer.addEntry(data + "a", rows: 2, width: 3)
      try writer.createGroup(data + "b")
      try writer.addEntry(data + "c[0]", rows: 4, width: 3)
      try writer.writeFloats([1, 2, 3], shape: [1, 3], at: data + "c[1]/features")
      try writer.addIntervals(data + "c[1]", rows: 2)
      try writer.addEntry(data + "d", rows: 1, width: 2)
    }
    let file = try opened()
    #expect(file.entries.map(\.id) == ["a", "c[0]"])
    #expect(file.defects.map(\.id) == ["b", "c[1]", "d"])
    #expect(file.defects.map(\.recording) == ["b", "c", "d"])
    #expect(file.defects.map(\.file) == [path, path, path])
    #expect(
      file.defects.map(\.problem) == [
        "COVAREP/data/b: has no dataset features, expected the datasets features and intervals",
        "COVAREP/data/c[1]/intervals: 2 rows, expected 1 as in features",
        "COVAREP/data/d/features: 2 values per row, expected 3 as in a",
      ])
    #expect(file.recordings == ["a", "b", "c", "d"])
    #expect(file.contains("b") && file.entries(of: "b").isEmpty && file.entries(of: "c").map(\.id) == ["c[0]"])
    #expect((file.width, file.rowCount) == (3, 6))
    let defect = try #require(file.defects.dropFirst().first)
    func refusal(_ defects: [EntryDefect], _ remedy: EntryDefect.Remedy) -> String {
      EntryDefect.refusal(defects, entryCounts: [path: file.entryCount], remedy: remedy).description
    }
    #expect(
      refusal([defect], .skip)
        == "\(path): \(defect.problem). Download the file again. To continue without c, add --skip-bad-entries.")
    #expect(
      refusal([defect], .remove)
        == "\(path): \(defect.problem). Download the file again; if c[1] is still bad, remove it from the file.")
    #expect(
      refusal(file.defects, .skip)
        == "\(path): \(file.defects[0].problem). 3 of 5 entries are bad: b, c[1], d. Download the file again. "
        + "To continue without them, add --skip-bad-entries.")
  }

  @Test(
    "the most frequent width is right, the first one on a tie; with folds, only listed entries count",
    arguments: [
      ([3, 4, 4], nil, 4, ["a"]), ([3, 4], nil, 3, ["b"]), ([4, 4, 3, 3], ["c", "d"], 3, ["a", "b"]),
      ([4, 4, 4, 3], ["d", "none"], 3, ["a", "b", "c"]), ([4, 3, 3], ["none"], 3, ["a"]),
    ] as [([Int], [String]?, Int, [String])])
  func votes(widths: [Int], named: [String]?, width: Int, defects: [String]) throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      for (id, width) in zip(["a", "b", "c", "d"], widths) { try writer.addEntry(data + id, rows: 1, width: width) }
      try writer.addEntry(data + "empty", rows: 0, width: 9)
    }
    let file = try opened(folds: named.map { [.test: $0] })
    #expect(file.width == width)
    #expect(file.defects.map(\.id) == defects)
    #expect(file.entries.last?.id == "empty")
  }

  @Test("a file without a usable entry with rows is refused")
  func nothingUsable() throws {
    _ = try CSDBuilder().write(to: path) { writer, data in
      try writer.addEntry(data + "a", rows: 0, width: 3)
      try writer.createGroup(data + "b")
    }
    let error = try #require(throws: DataError.self) { try opened() }
    #expect(error.description.hasPrefix("\(path): COVAREP/data/b: has no dataset features"))
  }
}
