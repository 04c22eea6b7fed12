import Samples
import Testing
import TestSupport
import Text
import Workers

@testable import Training

/// Prepared folders that hold out groups on which another one trains.
@Suite("Folders that contradict each other")
struct FolderConflictsTests {
  /// One sample per split, with the given speaker; ids begin with `prefix`.
  private func write(_ speakers: [Split: [String]], dataset: String = "IEMOCAP", prefix: String, to folder: String)
    throws
  {
    let splits = speakers.mapValues { names -> TrainingFolder.Data in
      var data = TrainingFolder.Data(
        features: [[Float](repeating: 0.5, count: names.count), [], []], labels: names.indices.map { Float($0) })
      data.speakers = names
      return data
    }
    try TrainingFolder.write(splits, widths: [1, 0, 0], to: folder, dataset: dataset, prefix: prefix)
  }

  private func check(_ folders: [String], allowed: [String] = []) throws -> [FolderConflict] {
    let corpora = try folders.map { try MappedFolder($0, splits: Split.allCases, progress: SilentProgress()) }
    return try FolderConflicts.check(corpora, allowed: allowed)
  }

  @Test("a speaker in train here and test there is refused, naming both folders, unless allowed")
  func speakers() throws {
    let folder = try TemporaryFolder()
    let (a, b) = (folder.file("a"), folder.file("b"))
    try write([.train: ["F1", "M1"], .valid: ["F2"], .test: ["F3"]], prefix: "a", to: a)
    try write([.train: ["F3", "M1"], .valid: ["F2"], .test: ["F4"]], prefix: "b", to: b)
    let error = #expect(throws: DataError.self) { try check([a, b]) }
    #expect(error?.code == .badData)
    #expect(
      error?.description
        == "\(b): contradicts another folder: 1 speaker in different splits (F3); F3 is test in \(a) and train in \(b), "
        + "expected folders that hold out the same things. Prepare them with the same --split or --folds, or accept the "
        + "leak with --allow-leaks id-overlap.")
    let allowed = try check([a, b], allowed: ["id-overlap"])
    #expect(allowed.map(\.check) == ["id-overlap"])
    #expect(allowed[0].summary.contains("F3 is test in"))
  }

  @Test("a sample name in two splits is refused even across corpora, but a speaker name is not")
  func corpora() throws {
    let folder = try TemporaryFolder()
    for (name, prefix) in [("a", "x"), ("b", "y")] {
      let speakers: [Split: [String]] =
        name == "a" ? [.train: ["1"], .valid: ["2"], .test: ["3"]] : [.train: ["3"], .valid: ["2"], .test: ["1"]]
      try write(speakers, dataset: "CORPUS-" + name, prefix: prefix, to: folder.file(name))
    }
    #expect(try check([folder.file("a"), folder.file("b")]).isEmpty)
    // The helper names samples after their split; a prefix can make another folder's valid sample a train one.
    try write([.train: ["7"], .valid: ["8"], .test: ["9"]], dataset: "C", prefix: "same", to: folder.file("c"))
    #expect(try check([folder.file("a"), folder.file("c")]).isEmpty)
  }

  @Test("equally divided folders go together, whatever overlap each has of its own")
  func alike() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      try write([.train: ["F1"], .valid: ["F2"], .test: ["F2"]], prefix: name, to: folder.file(name))
    }
    #expect(try check([folder.file("a"), folder.file("b")]).isEmpty)
  }

  @Test("a group in valid here and test there is refused: the epoch would be chosen on test")
  func validation() throws {
    let folder = try TemporaryFolder()
    try write([.train: ["F1"], .valid: ["F2"], .test: ["F3"]], prefix: "a", to: folder.file("a"))
    try write([.train: ["F1"], .valid: ["F3"], .test: ["F2"]], prefix: "b", to: folder.file("b"))
    let error = #expect(throws: DataError.self) { try check([folder.file("a"), folder.file("b")]) }
    #expect(error?.description.contains("2 speakers in different splits (F2, F3); F2 is valid in") == true)
  }

  @Test("a folder given twice is refused, even under another path or as a copy")
  func twice() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "copy"] {
      try write([.train: ["F1", "F2"], .valid: ["F3"], .test: ["F4"]], prefix: "a", to: folder.file(name))
    }
    for other in [folder.file("a"), folder.file("./a"), folder.file("copy")] {
      let configuration = TrainingConfiguration(shards: [folder.file("a"), other])
      let error = #expect(throws: DataError.self) { try Training.run(configuration, progress: SilentProgress()) }
      #expect(error?.code == .usage)
      #expect(error?.description.contains("twice") == true)
    }
  }
}
