import AuditSupport
import Files
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
      let isChosen = finding.evidence.contains {
        $0.text.hasPrefix("Epoch \(chosen) was chosen, the best of 4 on valid")
      }
      #expect(isChosen == (chosen == best), "\(chosen): \(finding.summary)")
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

  @Test("a run that kept the last epoch although there is a valid split did not say so for nothing")
  func last() throws {
    for chosen in [2, 3] {
      let finding = try finding {
        $0.selection = ("last", 0)
        $0.bestEpoch = chosen
        $0.moreHistory = ["train_loss": [0.9, 0.8, 0.7]]
      }
      #expect(finding.verdict == .fail)
      #expect(finding.summary == "The run says that there is no valid split, but the data have one.")
    }
  }

  @Test("where there is no valid split only the last epoch can have been kept", arguments: [(3, true), (2, false)])
  func lastWithoutValid(chosen: Int, isKept: Bool) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    var run = try Run(on: prepared)
    run.answers.removeAll { $0.split == "valid" }
    (run.selection, run.bestEpoch, run.moreHistory) = (("last", 0), chosen, ["train_loss": [0.9, 0.8, 0.7]])
    let path = try run.write(to: folder.file("run"))
    let datasets = try AuditedDataset.prepared([prepared]).map { dataset in
      dataset.divided(as: dataset.samples.map { $0.split == .valid ? .train : $0.split })
    }
    let finding = try Selection().run(on: AuditSubject(datasets: datasets, run: path, threads: 1))
    #expect((finding.verdict == .pass) == isKept, "\(finding.summary)")
    #expect(
      finding.summary.contains(
        isKept ? "Epoch 3 was kept, the last of 3" : "Epoch 2 was chosen, but without a valid split"))
  }

  @Test(
    "a curve of the test split fails, whatever it is called: test was read at every epoch",
    arguments: [
      "test_mae", "TestLoss", "testMAE", "loss_test", "losstest", "testloss", "tst_acc", "holdout_corr", "hold-out.r",
      "heldOutError", "eval_test", "unseen", "val/test/loss",
    ])
  func testCurve(key: String) throws {
    let finding = try finding { $0.moreHistory = [key: [1.0, 0.9, 0.8]] }
    #expect(finding.verdict == .fail)
    #expect(finding.summary == "Test was read at every epoch: the history has \(key).")
  }

  @Test("a curve of the test split is seen inside an object, and among the results")
  func nestedCurve() throws {
    #expect(try finding { $0.moreHistory = ["test": ["mae": [1.0, 0.9, 0.8]]] }.summary.contains("has test.mae"))
    #expect(try finding { $0.stated = ["test_mae_by_epoch": [1.0, 0.9]] }.summary.contains("has test_mae_by_epoch"))
  }

  @Test(
    "names that only look like test are no test curves; an unknown curve leaves the choice open",
    arguments: ["latest_loss", "fastest", "learning_rate_std", "contest", "testimony"])
  func otherCurve(key: String) throws {
    let finding = try finding { $0.moreHistory = [key: [1.0, 0.9, 0.8]] }
    #expect(finding.verdict == .undecidable)
    #expect(finding.summary.contains("unknown which split they are of: \(key)"))
  }

  @Test(
    "what the results say twice, or otherwise than the data, fails with both statements",
    arguments: [
      (["train_samples": 7], "train_samples is 7, but the data have 6."),
      (["val_samples": 2], "val_samples is 2, but the data have 3."),
      (["test_samples": 999], "test_samples is 999, but the data have 3."),
      (["total_samples": 11], "total_samples is 11, but the data have 12."),
      (["training_epochs": 5], "5 epochs were run, but val_correlation has 3 entries."),
      (["validation": ["mae": 7.5]], "validation.mae is 7.5000, but the predictions give "),
      (["validation": ["samples": 2]], "validation.samples is 2, but of the predictions have a label 3."),
      (["test_mse": 9.5], "test_mse is 9.5000, but the predictions give "),
      (["acc2_has0": 0.25], "acc2_has0 is 0.2500, but the predictions give "),
      (["baseline": ["mae": 0.01]], "baseline.mae is 0.0100, but the mean of the train labels gives 1.3333."),
      (["label_names": ["joy"]], "The run predicts joy, a label that the data do not have."),
      (["corpora": [["manifest_sha256": "0"]]], "corpora[0] is none of the audited folders."),
      (["seed": 1, "config": ["seed": 2]], "seed is 1, but config says 2."),
    ] as [([String: JSONValue], String)])
  func statedTwice(stated: [String: JSONValue], fault: String) throws {
    let finding = try finding { $0.stated = stated }
    #expect(finding.verdict == .fail)
    #expect(finding.evidence.contains { $0.text.hasPrefix(fault) }, "\(finding.evidence.map(\.text))")
  }

  @Test(
    "what is said of a folder is compared with its manifest",
    arguments: [
      (["scalers_sha256": "0"], "corpora[0].scalers_sha256 is 0, but its manifest says "),
      (["dataset": "CMU-MOSI"], "corpora[0].dataset is CMU-MOSI, but its manifest says CMU-MOSEI."),
      (["granularity": "frame"], "corpora[0].granularity is frame, but its manifest says word."),
      (["samples": ["train": 5]], "corpora[0].samples.train is 5, but the folder has 6."),
      (["widths": ["audio": 5]], "corpora[0].widths.audio is 5, but the folder has 2."),
      (["test": ["mae": 5.5]], "corpora[0].test.mae is 5.5000, but the predictions give "),
    ] as [([String: JSONValue], String)])
  func corpora(stated: [String: JSONValue], fault: String) throws {
    let finding = try finding { run in
      let own: [String: JSONValue] = ["manifest_sha256": .string(run.manifests[0])]
      run.stated = ["corpora": [.object(own.merging(stated) { $1 })]]
    }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix(fault), "\(finding.summary)")
  }

  @Test("a best score that the history does not have fails, even without predictions")
  func bestScore() throws {
    let finding = try finding {
      $0.hasPredictions = false
      $0.stated = ["best_validation_correlation": .number(0.9)]
    }
    #expect(finding.verdict == .fail)
    #expect(
      finding.summary == "best_validation_correlation is 0.9000, but epoch 2 of the history has 0.5000.")
  }

  @Test("a history that the predictions contradict fails")
  func curve() throws {
    let finding = try finding { $0.moreHistory = ["val_mae": [0.3, 0.2, 0.1]] }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix("val_mae of epoch 2 is 0.2000, but the predictions give "))
  }

  @Test("labels other than those of the data fail")
  func labels() throws {
    let finding = try finding { $0.answers[5].label = "3.0" }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix("1 of 6 predictions has labels other than the data: "))
  }

  @Test("scores of classes are recomputed too")
  func classes() throws {
    func finding(_ accuracy: Double) throws -> Finding {
      try self.finding { run in
        run.task = "classification"
        run.labelNames = ["low", "high"]
        run.answers = run.answers.enumerated().map { ($1.id, $1.split, "low", $0 == 5 ? "high" : "low") }
        run.stated = ["accuracy": .number(accuracy)]
        run.moreHistory = ["val_f1": [0.5, 1.0, 0.5], "val_error": [0.5, 0.0, 0.5]]
      }
    }
    #expect(try finding(2.0 / 3).verdict == .pass)
    #expect(try finding(0.9).summary == "accuracy is 0.9000, but the predictions give 0.6667.")
  }

  @Test("what is said of all seeds is compared with their runs")
  func seeds() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    func finding(_ summary: [String: JSONValue]) throws -> Finding {
      for seed in [1, 2] {
        var run = try Run(on: prepared)
        run.stated = ["seed": .integer(seed)]
        _ = try run.write(to: folder.file("run/seed-\(seed)"))
      }
      let stated: JSONValue = .object(["format": "msa-runs/1", "seeds": [1, 2]].merging(summary) { $1 })
      try AtomicFile.write(stated.prettyText, to: folder.file("run/results.json"))
      return try Selection().run(
        on: AuditSubject(datasets: AuditedDataset.prepared([prepared]), run: folder.file("run"), threads: 1))
    }
    let clean = try finding([:])
    #expect(clean.verdict == .pass, "\(clean.summary)")
    for (summary, fault) in [
      (["seeds": [1, 2, 3]], "The seeds are 1, 2, 3, but there are folders of 1, 2."),
      (["mean": ["seed": 7.5]], "mean.seed is 7.5000, but the runs give 1.5000."),
      (["runs": [[:]]], "runs[0] is not what the folder of that seed says."),
    ] as [([String: JSONValue], String)] {
      let finding = try finding(summary)
      #expect(finding.verdict == .fail && finding.summary.contains(fault), "\(finding.summary)")
    }
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
