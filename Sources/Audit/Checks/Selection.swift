import Digests
import Leaks
import Metrics
import Runs
import Samples
import Shards
import Text

/// `selection`: a run chose its epoch on the valid split alone and looked at test once.
struct Selection: AuditCheck {
  let id = "selection"
  let severity = Severity.error
  let leakage: LeakageType? = .noTestSet
  let meaning = "The best epoch was chosen on valid, and test was read once."

  func run(on subject: AuditSubject) throws -> Finding {
    guard let folder = subject.run else {
      return .undecidable(
        "Only a run folder shows how a model was chosen.",
        advice: "Give the folder of the training run with --run.")
    }
    return .merging(
      try RunRecord.read(folder).map { run in
        (run.name.isEmpty ? "run" : run.name, try RunJudge(run: run, subject: subject).finding())
      })
  }
}

/// Compares the statements in a run folder with each other and with the data.
private struct RunJudge {
  let run: RunRecord
  let subject: AuditSubject
  private var faults: [Evidence] = []
  private var proofs: [Evidence] = []
  private var open: [String] = []

  /// A run's figures are printed with all digits; float32 predictions reproduce them to about six.
  private static let tolerance = 1e-4

  init(run: RunRecord, subject: AuditSubject) {
    self.run = run
    self.subject = subject
  }

  func finding() throws -> Finding {
    var judge = self
    try judge.compareData()
    judge.compareEpoch()
    judge.findTestCurves()
    judge.comparePredictions()
    if !judge.faults.isEmpty {
      return .fail(
        judge.faults[0].text, evidence: judge.faults + judge.proofs,
        advice: "Choose the epoch by the valid split alone, test once, and report that score.")
    }
    if !judge.open.isEmpty {
      return .undecidable(
        judge.open.joined(separator: " "), evidence: judge.proofs,
        advice: "Give a run folder with all the files that msa-train writes.")
    }
    return .pass(judge.proofs.map(\.text).joined(separator: " "), evidence: judge.proofs)
  }

  private mutating func fault(_ text: String, _ facts: JSONValue) { faults.append(Evidence(text: text, facts: facts)) }
  private mutating func proof(_ text: String, _ facts: JSONValue) { proofs.append(Evidence(text: text, facts: facts)) }

  /// Compares the manifest digests that the run states with those of the data.
  private mutating func compareData() throws {
    guard let stated = run.manifestDigests, !stated.isEmpty else {
      open.append("The run does not say which data it was trained on.")
      return
    }
    let folders = subject.datasets.filter { $0.form == .prepared }
    let found = try folders.map { try SHA256.hexDigest(ofFile: $0.path + "/" + Manifest.name).digest }
    let facts: JSONValue = ["run": .names(stated), "audited": .names(found)]
    if Set(stated) == Set(found), !found.isEmpty {
      proof("The run was trained on these data.", facts)
    } else {
      fault("The run was trained on data other than those audited.", facts)
    }
  }

  /// Compares the chosen epoch with the one that the run's own rule selects.
  private mutating func compareEpoch() {
    guard let selection = run.selection else {
      open.append("The run chose its epoch by a rule that this audit does not know.")
      return
    }
    guard let stated = run.results["best_epoch"]?.doubleValue, let candidates = run.candidates(selection),
      let best = selection.best(of: candidates)
    else {
      open.append("The run does not say which epoch it chose, or how good each was on valid.")
      return
    }
    let chosen = run.results["best_epoch"]?.integer(in: 1...candidates.count)
    let facts: JSONValue = [
      "rule": .string(selection.rule.rawValue), "tolerance": .number(selection.tolerance),
      "chosen_epoch": run.results["best_epoch"] ?? .null, "best_on_valid": .integer(best + 1),
      "best_validation": .number(candidates[best].measured),
    ]
    let by = Self.words(selection)
    // Any of several equally good epochs was chosen on valid alone.
    if let chosen, candidates[chosen - 1].isAsGood(as: candidates[best]) {
      proof("Epoch \(chosen) was chosen, the best of \(candidates.count) on valid\(by).", facts)
    } else {
      let name = chosen.map { "\($0)" } ?? stated.fixed(0)
      let figure = chosen.map { Self.words(candidates[$0 - 1]) } ?? "none"
      fault(
        "Epoch \(name) was chosen, but epoch \(best + 1) is the best on valid\(by) "
          + "(\(Self.words(candidates[best])) against \(figure)).", facts)
    }
  }

  private static func words(_ candidate: EpochSelection.Candidate) -> String {
    let loss = candidate.measuredLoss.isNaN ? "" : " with loss \(candidate.measuredLoss.fixed(4))"
    return candidate.measured.fixed(4) + loss
  }

  /// Returns the rule in words; empty for the original rule, from before there were several.
  private static func words(_ selection: EpochSelection) -> String {
    if selection.rule == .rStrict { return "" }
    let near = selection.tolerance > 0 ? ", ties within \(selection.tolerance) decided by the loss" : ""
    return " by \(selection.rule.rawValue)\(near)"
  }

  /// Looks for curves of the test split, which mean that test was read at every epoch.
  private mutating func findTestCurves() {
    let keys = (run.history?.json.members ?? [:]).filter { $0.key.lowercased().hasPrefix("test") }
      .filter { ($0.value.elements?.count ?? 0) > 1 }.keys.sorted()
    if !keys.isEmpty {
      fault("Test was read at every epoch: the history has \(Phrase.list(keys)).", ["keys": .names(keys)])
    }
  }

  /// Compares the reported figures with those of the stored predictions, which must cover exactly the samples of the
  /// splits.
  private mutating func comparePredictions() {
    guard let answers = run.answers else {
      open.append("The run has no predictions to compare its scores with.")
      return
    }
    for split in [Split.valid, .test] {
      let predicted = answers.filter { $0.split == split }.map(\.id).sorted()
      let expected = subject.datasets.flatMap { dataset in dataset.samples[dataset.indices(of: split)].map(\.id) }
        .sorted()
      if predicted == expected { continue }
      let missing = Set(expected).subtracting(predicted).count
      let added = Set(predicted).subtracting(expected).count
      fault(
        "The \(split) scores cover samples other than those of the \(split) split: \(missing.grouped) missing, "
          + "\(added.grouped) added, \(predicted.count.grouped) of \(expected.count.grouped).",
        ["split": .string(split.rawValue), "missing": .integer(missing), "added": .integer(added)])
    }
    guard run.isRegression else { return }
    compare(.valid, "best_validation_correlation", Regression.correlation)
    compare(.test, "test_correlation", Regression.correlation)
    compare(.test, "test_mae", Regression.meanAbsoluteError)
  }

  private mutating func compare(_ split: Split, _ key: String, _ score: ([Double], [Double]) -> Double) {
    guard let stated = run.results[key]?.doubleValue, let numbers = run.numbers(of: split) else { return }
    let found = score(numbers.predictions, numbers.labels)
    let facts: JSONValue = ["key": .string(key), "stated": .number(stated), "recomputed": .number(found)]
    if abs(found - stated) <= Self.tolerance {
      proof("\(key) is what the predictions give.", facts)
    } else {
      fault("\(key) is \(stated.fixed(4)), but the predictions give \(found.fixed(4)).", facts)
    }
  }
}
