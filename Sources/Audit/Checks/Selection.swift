import Metrics
import Samples
import Shards
import Storage

/// `selection`: whether a run chose its epoch by the valid split alone and looked at test once.
struct Selection: AuditCheck {
  let id = "selection"
  let severity = Severity.error
  let leakage: LeakageType? = .noTestSet
  let meaning = "The best epoch was chosen on valid, and test was read once."

  func run(on subject: AuditSubject) throws -> Finding {
    guard let folder = subject.run else {
      return .undecidable(
        "How a model was chosen shows only in its run folder.",
        advice: "Give the folder of the training run with --run.")
    }
    return .merging(
      try AuditedRun.read(folder).map { run in
        (run.name.isEmpty ? "run" : run.name, try RunJudge(run: run, subject: subject).finding())
      })
  }
}

/// Compares what a run folder says of itself with itself and with the data.
private struct RunJudge {
  let run: AuditedRun
  let subject: AuditSubject
  private var faults: [Evidence] = []
  private var proofs: [Evidence] = []
  private var open: [String] = []

  /// Figures of a run are printed with all digits; float32 predictions give them back to about six.
  private static let tolerance = 1e-4

  init(run: AuditedRun, subject: AuditSubject) {
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

  /// The run names the manifests of its data by digest.
  private mutating func compareData() throws {
    guard let stated = run.results["manifest_sha256"]?.elements?.compactMap(\.text), !stated.isEmpty else {
      open.append("The run does not say which data it was trained on.")
      return
    }
    let folders = subject.datasets.filter { $0.form == .prepared }
    let found = try folders.map { try SHA256.hexDigest(ofFile: $0.path + "/" + Manifest.name).digest }
    let facts: JSONValue = ["run": .names(stated), "audited": .names(found)]
    if Set(stated) == Set(found), !found.isEmpty {
      proof("The run was trained on these data.", facts)
    } else {
      fault("The run was trained on other data than those that are audited.", facts)
    }
  }

  /// The first epoch with the highest validation figure, as the trainer chooses.
  private mutating func compareEpoch() {
    guard let curve = run.epochs("val_correlation"), let chosen = run.results["best_epoch"]?.intValue,
      let best = curve.indices.filter({ !curve[$0].isNaN }).max(by: { curve[$0] < curve[$1] })
    else {
      open.append("The run does not say which epoch it chose, or how good each was on valid.")
      return
    }
    let facts: JSONValue = [
      "chosen_epoch": .integer(chosen), "best_on_valid": .integer(best + 1), "best_validation": .number(curve[best]),
    ]
    if curve.indices.contains(chosen - 1), curve[chosen - 1] >= curve[best] {
      proof("Epoch \(chosen) was chosen, the best of \(curve.count) on valid.", facts)
    } else {
      let figure = curve.indices.contains(chosen - 1) ? curve[chosen - 1].fixed(4) : "none"
      fault(
        "Epoch \(chosen) was chosen, but epoch \(best + 1) is the best on valid (\(curve[best].fixed(4)) against \(figure)).",
        facts)
    }
  }

  /// A curve of the test split means that test was read at every epoch.
  private mutating func findTestCurves() {
    let keys = (run.history?.members ?? [:]).filter { $0.key.lowercased().hasPrefix("test") }
      .filter { ($0.value.elements?.count ?? 0) > 1 }.keys.sorted()
    if !keys.isEmpty {
      fault("Test was read at every epoch: the history has \(Phrase.list(keys)).", ["keys": .names(keys)])
    }
  }

  /// What is reported must be what the stored predictions come to, for exactly the samples of the splits.
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
        "The \(split) scores are over other samples than the \(split) split: \(missing.grouped) missing, "
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
      proof("\(key) is what the predictions come to.", facts)
    } else {
      fault("\(key) is \(stated.fixed(4)), but the predictions come to \(found.fixed(4)).", facts)
    }
  }
}
