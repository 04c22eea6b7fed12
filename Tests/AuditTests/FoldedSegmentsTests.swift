import Corpora
import Leaks
import Samples
import Testing
import TestSupport
import Text

@testable import Audit

/// Foreign fold lists against the names in computational sequences.
@Suite struct FoldedSegmentsTests {
  private func sequences(_ folds: String, withLabels: Bool = true) throws -> AuditedDataset {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let path = try folder.write("folds.json", Array(folds.utf8))
    let files = ["visuals/CMU_MOSEI_VisualOpenFace2.csd"] + (withLabels ? ["labels/CMU_MOSEI_Labels.csd"] : [])
    return try AuditedDataset.sequences(
      files.map { root + "/" + $0 }, folds: path, indexer: CSDIndexer.inProcess)
  }

  @Test(
    "only the listed segments are taken, and a recording in several splits fails", arguments: ["c3[%]", "c3$_$%"])
  func segments(spelling: String) throws {
    func name(_ segment: Int) -> String { spelling.replacing("%", with: "\(segment)") }
    let dataset = try sequences(#"{"train": ["d4", "\#(name(0))"], "valid": ["e5"], "test": ["\#(name(1))"]}"#)
    #expect(dataset.samples.filter { $0.group == "c3" }.map(\.id) == ["c3[0]", "c3[1]"])
    #expect(dataset.samples.filter { $0.group == "c3" }.map(\.split) == [.train, .test])
    #expect(try IDOverlap().run(on: AuditSubject(datasets: [dataset], threads: 1)).verdict == .fail)
  }

  @Test(
    "a list with a split that matches nothing is an error that shows an id of each side",
    arguments: [
      (#"{"train": ["raw/c3"], "valid": ["raw/e5"], "test": ["raw/f6"]}"#, "raw/c3"),
      (#"{"train": ["c3"], "valid": ["e5"], "test": ["elsewhere"]}"#, "elsewhere"),
      (#"{"train": ["c3"], "valid": ["e5"], "test": ["f6[99]"]}"#, "f6[99]"),
    ])
  func nothing(folds: String, shown: String) {
    #expect {
      _ = try sequences(folds)
    } throws: { error in
      (error as? DataError)?.code == .badData && "\(error)".contains("the list has \(shown), the files have -a1")
    }
  }

  @Test("listed ids that the files lack are a warning that says how many of how many")
  func counted() throws {
    let dataset = try sequences(#"{"train": ["c3", "gone", "c3[0]"], "valid": ["e5"], "test": ["f6", "lost"]}"#)
    #expect(
      dataset.unmatched == [
        .train: AuditedDataset.UnmatchedNames(["gone"], of: 3), .test: AuditedDataset.UnmatchedNames(["lost"], of: 2),
      ])
    let finding = try FoldPresence().run(on: AuditSubject(datasets: [dataset], threads: 1))
    #expect(finding.verdict == .warn)
    #expect(finding.summary.contains("1 of 3 train ids gives no sample, 1 of 2 test ids gives no sample"))
    #expect(finding.evidence.contains { $0.text.contains("gone") })
  }

  @Test("a recording with features but without a labelled segment gives no sample, and is counted")
  func unlabelled() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.labels.entries["f6"] = nil
    let root = try corpus.write(to: folder.file("corpus"))
    func sequences(test: String) throws -> AuditedDataset {
      let path = try folder.write(
        "folds.json", Array(#"{"train": ["c3"], "valid": ["e5"], "test": \#(test)}"#.utf8))
      return try AuditedDataset.sequences(
        ["visuals/CMU_MOSEI_VisualOpenFace2.csd", "labels/CMU_MOSEI_Labels.csd"].map { root + "/" + $0 }, folds: path,
        indexer: CSDIndexer.inProcess)
    }
    #expect(
      try sequences(test: #"["d4", "f6"]"#).unmatched == [.test: AuditedDataset.UnmatchedNames(["f6"], of: 2)])
    let error = #expect(throws: DataError.self) { try sequences(test: #"["f6"]"#) }
    #expect(error?.place == "test" && error?.problem.contains("none of its 1 id has a segment") == true)
  }

  @Test("words without features leave target-in-features open: nothing passes on no column")
  func wordsAlone() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.useWords()
    let root = try corpus.write(to: folder.file("corpus"))
    let dataset = try AuditedDataset.sequences(
      ["languages/words.csd", "labels/CMU_MOSEI_Labels.csd"].map { root + "/" + $0 }, folds: root + "/folds.json",
      indexer: CSDIndexer.inProcess)
    #expect(dataset.modalities.isEmpty && dataset.samples.allSatisfy { $0.words != nil })
    #expect(try TargetInFeatures().run(on: AuditSubject(datasets: [dataset], threads: 1)).verdict == .undecidable)
  }
}
