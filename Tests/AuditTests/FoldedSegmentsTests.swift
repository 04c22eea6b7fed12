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

  @Test("listed ids that the files lack are counted")
  func counted() throws {
    let dataset = try sequences(#"{"train": ["c3", "gone", "c3[0]"], "valid": ["e5"], "test": ["f6", "lost"]}"#)
    #expect(dataset.unmatched == [.train: ["gone"], .test: ["lost"]])
    let finding = try FoldPresence().run(on: AuditSubject(datasets: [dataset], threads: 1))
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("2 listed ids not in the files"))
    #expect(finding.evidence.contains { $0.text.contains("gone") })
  }
}
