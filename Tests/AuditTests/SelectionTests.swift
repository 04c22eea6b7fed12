import AuditSupport
import Leaks
import Samples
import Testing
import TestSupport
import Text

@testable import Audit

@Suite struct SelectionTests {
  /// The finding of the check on a run modified by `change`.
  private func finding(_ change: (inout Run) -> Void = { _ in }) throws -> Finding {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    var run = try Run(on: prepared)
    change(&run)
    let path = try run.write(to: folder.file("run"))
    return try Selection().run(
      on: AuditSubject(datasets: AuditedDataset.prepared([prepared]), run: path, threads: 1))
  }

  @Test("a run passes if it took the best valid epoch and its scores match its predictions")
  func clean() throws {
    let finding = try finding { $0.stated = ["test_mae": .number(0.6583333)] }
    #expect(finding.verdict == .pass, "\(finding.summary)")
    #expect(finding.summary.contains("Epoch 2 was chosen, the best of 3 on valid."))
  }

  @Test("an epoch other than the best on valid fails, with both figures")
  func epoch() throws {
    let finding = try finding { $0.bestEpoch = 3 }
    #expect(finding.verdict == .fail)
    #expect(
      finding.summary == "Epoch 3 was chosen, but epoch 2 is the best on valid (0.5000 against 0.4000).")
  }

  @Test("an epoch that ties with the best passes")
  func tie() throws {
    #expect(
      try finding {
        $0.validation = [0.5, 0.5, 0.4]
        $0.bestEpoch = 1
      }.verdict == .pass)
  }

  @Test(
    "a run that records its selection rule is judged by that rule",
    arguments: [
      // Of the epochs within 0.005 of the best r, epoch 3 has the lowest loss.
      ("r", [0.600, 0.604, 0.602, 0.5], [0.9, 0.8, 0.3, 0.1], 3),
      ("r-strict", [0.600, 0.604, 0.602, 0.5], [0.9, 0.8, 0.3, 0.1], 2),
      ("loss", [0.600, 0.604, 0.602, 0.5], [0.9, 0.8, 0.3, 0.1], 4),
      ("mae", [0.600, 0.604, 0.602, 0.5], [0.9, 0.8, 0.3, 0.1], 1),
      ("ccc", [0.600, 0.604, 0.602, 0.5], [0.9, 0.8, 0.3, 0.1], 2),
    ])
  func rules(rule: String, validation: [Double], losses: [Double], best: Int) throws {
    for chosen in 1...4 {
      let finding = try finding {
        $0.selection = (rule, .number(rule == "r" ? 0.005 : 0))
        $0.validation = validation
        $0.moreHistory = [
          "val_loss": .array(losses.map { .number($0) }), "val_mae": [0.1, 0.2, 0.3, 0.4],
          "val_ccc": [0.1, 0.4, 0.3, .null],
        ]
        $0.bestEpoch = chosen
      }
      #expect(finding.verdict == (chosen == best ? .pass : .fail), "\(chosen): \(finding.summary)")
      if chosen != best { #expect(finding.summary.contains("but epoch \(best) is the best on valid")) }
    }
  }

  @Test("a choice that cannot be checked is undecidable: an unknown rule, or a history without its figures")
  func unknownRule() throws {
    #expect(try finding { $0.selection = ("luck", 0) }.verdict == .undecidable)
    #expect(try finding { $0.selection = ("r", -1) }.verdict == .undecidable)
    #expect(try finding { $0.selection = ("r", 0.005) }.verdict == .undecidable)
  }

  @Test(
    "a best epoch that no run can have fails without a trap",
    arguments: [JSONValue.integer(.max), .integer(.min), .integer(0), .number(1e19), .number(2.5), 4])
  func strangeEpoch(epoch: JSONValue) throws {
    #expect(try finding { $0.stated = ["best_epoch": epoch] }.verdict == .fail)
  }

  @Test("a curve of the test split fails: test was read at every epoch")
  func testCurve() throws {
    let finding = try finding { $0.moreHistory = ["test_mae": [1.0, 0.9, 0.8]] }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("test_mae"))
  }

  @Test("a run on other data fails")
  func otherData() throws {
    #expect(try finding { $0.manifests = [String(repeating: "0", count: 64)] }.verdict == .fail)
  }

  @Test("a score over fewer samples than the split fails and says how many are missing")
  func fewer() throws {
    let finding = try finding { $0.answers.removeLast() }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("1 missing, 0 added, 2 of 3"))
  }

  @Test(
    "a stated score that the predictions do not give fails, with both scores",
    arguments: ["test_mae", "test_correlation", "best_validation_correlation"])
  func stated(key: String) throws {
    let finding = try finding { $0.stated = [key: .number(0.123)] }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix("\(key) is 0.1230, but the predictions give"))
  }

  @Test("without a run, a history or predictions the check is undecidable, never passed")
  func undecidable() throws {
    #expect(try MemoryDataset.clean().finding(Selection()).verdict == .undecidable)
    #expect(try finding { $0.hasHistory = false }.verdict == .undecidable)
    #expect(try finding { $0.hasPredictions = false }.verdict == .undecidable)
    #expect(try finding { $0.manifests = [] }.verdict == .undecidable)
  }

  @Test("a folder that is not a run is an error that says so")
  func noRun() throws {
    let folder = try TemporaryFolder()
    let subject = AuditSubject(datasets: [MemoryDataset.clean().dataset()], run: folder.path)
    #expect {
      _ = try Selection().run(on: subject)
    } throws: { error in
      (error as? DataError)?.code == .inputMissing && "\(error)".contains("results.json")
    }
  }
}
