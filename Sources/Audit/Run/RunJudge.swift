import Digests
import Leaks
import Metrics
import Runs
import Samples
import Shards
import Text

/// Compares the statements in a run folder with each other and with the data.
struct RunJudge {
  let run: RunRecord
  let subject: AuditSubject
  private var statements = RunStatements()
  /// The audited folders, with the digest of each manifest.
  private let folders: [(dataset: AuditedDataset, digest: String)]

  init(run: RunRecord, subject: AuditSubject) throws {
    self.run = run
    self.subject = subject
    folders = try subject.datasets.filter { $0.form == .prepared }.map {
      ($0, try SHA256.hexDigest(ofFile: $0.path + "/" + Manifest.name).digest)
    }
  }

  func finding() throws -> Finding {
    var judge = self
    judge.compareData()
    judge.compareEpoch()
    judge.findTestCurves()
    judge.comparePredictions()
    judge.compareBestEpoch()
    judge.compareLengths()
    judge.compareCounts()
    judge.compareCorpora()
    judge.compareModel()
    return judge.statements.finding
  }

  // MARK: - Data

  /// Compares the manifest digests that the run states with those of the data.
  private mutating func compareData() {
    guard let stated = run.manifestDigests, !stated.isEmpty else {
      statements.leaveOpen("The run does not say which data it was trained on.")
      return
    }
    let found = folders.map(\.digest)
    let facts: JSONValue = ["run": .names(stated), "audited": .names(found)]
    if Set(stated) == Set(found), !found.isEmpty {
      statements.proof("The run was trained on these data.", facts)
    } else {
      statements.fault("The run was trained on data other than those audited.", facts)
    }
    if let checkpoint = run.checkpointManifests, Set(checkpoint) != Set(stated) {
      statements.fault(
        "\(RunFile.checkpoint.name) is of a run on other data.",
        ["run": .names(stated), "checkpoint": .names(checkpoint)])
    }
  }

  /// Compares the numbers of samples with those of the folders.
  private mutating func compareCounts() {
    var total = 0
    for (split, key) in zip(Split.allCases, ["train_samples", "val_samples", "test_samples"]) {
      let count = folders.reduce(0) { $0 + $1.dataset.indices(of: split).count }
      total += count
      statements.compare(run.results[key], key, with: Double(count), "the data have")
    }
    statements.compare(run.results["total_samples"], "total_samples", with: Double(total), "the data have")
    guard run.isRegression, let names = run.results["label_names"]?.elements?.compactMap(\.text), !folders.isEmpty
    else { return }
    if let unknown = names.first(where: { name in !folders.contains { $0.dataset.labelNames.contains(name) } }) {
      statements.fault("The run predicts \(unknown), a label that the data do not have.", ["label": .string(unknown)])
    }
  }

  /// Compares what the run says about each folder with the folder's manifest.
  private mutating func compareCorpora() {
    for (number, corpus) in (run.results["corpora"]?.elements ?? []).enumerated() {
      let key = "corpora[\(number)]"
      guard let digest = corpus["manifest_sha256"]?.text,
        let dataset = folders.first(where: { $0.digest == digest })?.dataset, let manifest = dataset.manifest
      else {
        statements.fault("\(key) is none of the audited folders.", ["corpus": .integer(number)])
        continue
      }
      let scalers = JSONValue.string(manifest.scalers.sha256)
      statements.compare(corpus["scalers_sha256"], "\(key).scalers_sha256", with: scalers, "its manifest says")
      statements.compare(corpus["dataset"], "\(key).dataset", with: .string(manifest.dataset), "its manifest says")
      statements.compare(
        corpus["granularity"], "\(key).granularity", with: .string(manifest.granularity), "its manifest says")
      for split in Split.allCases {
        statements.compare(
          corpus["samples"]?[split.rawValue], "\(key).samples.\(split)",
          with: Double(dataset.indices(of: split).count), "the folder has")
      }
      for (modality, width) in dataset.widths.sorted(by: { $0.key < $1.key }) {
        statements.compare(
          corpus["widths"]?[modality.rawValue], "\(key).widths.\(modality)", with: Double(width), "the folder has")
      }
    }
  }

  /// Compares what the configuration and the weights' own description say with the results.
  private mutating func compareModel() {
    for key in ["seed", "model"] {
      statements.compare(run.results[key], key, with: run.results["config"]?[key], "config says")
    }
    guard let model = run.model else { return }
    for key in ["label_names", "parameters", "config"] {
      statements.compare(run.results[key], key, with: model[key], "\(RunFile.model.name) says")
    }
    func scalers(_ corpora: JSONValue?) -> JSONValue? {
      let digests = corpora?.elements?.map { $0["scalers_sha256"]?.text ?? "" }
      return digests.map { .array($0.sorted().map { .string($0) }) }
    }
    statements.compare(
      scalers(run.results["corpora"]), "The scalers' SHA-256", with: scalers(model["corpora"]),
      "\(RunFile.model.name) says")
  }

  // MARK: - Epochs

  /// Compares the chosen epoch with the one that the run's own rule selects.
  private mutating func compareEpoch() {
    guard let selection = run.selection else {
      statements.leaveOpen("The run chose its epoch by a rule that this audit does not know.")
      return
    }
    guard let stated = run.results["best_epoch"]?.doubleValue, let candidates = run.candidates(selection),
      let best = selection.best(of: candidates)
    else {
      statements.leaveOpen("The run does not say which epoch it chose, or how good each was on valid.")
      return
    }
    let chosen = run.results["best_epoch"]?.integer(in: 1...candidates.count)
    let facts: JSONValue = [
      "rule": .string(selection.rule.rawValue), "tolerance": .number(selection.tolerance),
      "chosen_epoch": run.results["best_epoch"] ?? .null, "best_on_valid": .integer(best + 1),
      "best_validation": .number(candidates[best].measured),
    ]
    if selection.rule == .last {
      compareLast(chosen, of: candidates.count, facts)
      return
    }
    let by = Self.words(selection)
    // Any of several equally good epochs was chosen on valid alone.
    if let chosen, candidates[chosen - 1].isAsGood(as: candidates[best]) {
      statements.proof("Epoch \(chosen) was chosen, the best of \(candidates.count) on valid\(by).", facts)
    } else {
      let name = chosen.map { "\($0)" } ?? stated.fixed(0)
      let figure = chosen.map { Self.words(candidates[$0 - 1]) } ?? "none"
      statements.fault(
        "Epoch \(name) was chosen, but epoch \(best + 1) is the best on valid\(by) "
          + "(\(Self.words(candidates[best])) against \(figure)).", facts)
    }
  }

  /// Without a valid split the last epoch is kept: any other one can only have been chosen by test.
  private mutating func compareLast(_ chosen: Int?, of count: Int, _ facts: JSONValue) {
    if folders.contains(where: { !$0.dataset.indices(of: .valid).isEmpty }) {
      statements.fault("The run says that there is no valid split, but the data have one.", facts)
    } else if chosen == count {
      statements.proof(
        "Epoch \(count) was kept, the last of \(count): there is no valid split to choose by.", facts)
    } else {
      statements.fault(
        "Epoch \(chosen.map { "\($0)" } ?? "none") was chosen, but without a valid split the last one, \(count), is kept.",
        facts)
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
    let curves = HeldOutCurves(run)
    if !curves.tested.isEmpty {
      statements.fault(
        "Test was read at every epoch: the history has \(Phrase.list(curves.tested)).", ["keys": .names(curves.tested)])
    }
    if !curves.unknown.isEmpty {
      statements.leaveOpen(
        "The history has curves that no run of msa-train has, so it is unknown which split they are of: "
          + "\(Phrase.list(curves.unknown)).")
    }
  }

  /// Compares the figures of the chosen epoch in the history with those of the results.
  private mutating func compareBestEpoch() {
    guard let history = run.history, let epoch = run.results["best_epoch"]?.integer(in: 1...Int.max) else { return }
    func figure(_ figure: RunHistory.Figure) -> Double? {
      history[figure].flatMap { $0.indices.contains(epoch - 1) ? $0[epoch - 1] : nil }
    }
    let source = "epoch \(epoch) of the history has"
    let best = run.isRegression ? "best_validation_correlation" : "best_validation_f1"
    statements.compare(run.results[best], best, with: figure(.validScore), source)
    let predicted = scores(of: .valid)
    for (name, list, isComplement) in [
      ("correlation", RunHistory.Figure.validScore, false), ("f1", .validScore, false), ("mae", .validError, false),
      ("accuracy", .validError, true), ("ccc", .validConcordance, false),
      ("unweighted_accuracy", .validUnweightedAccuracy, false),
    ] where run.isRegression == ["correlation", "mae", "ccc"].contains(name) {
      guard let value = figure(list) else { continue }
      let stated = isComplement ? 1 - value : value
      statements.compare(run.results["validation"]?[name], "validation.\(name)", with: stated, source)
      statements.compare(
        .number(stated),
        "\(list.key(isRegression: run.isRegression)) of epoch \(epoch)\(isComplement ? ", from 1," : "")",
        with: predicted?.values[name], "the predictions give")
    }
  }

  /// Every list has an entry for each epoch that was run.
  private mutating func compareLengths() {
    guard let members = run.history?.json.members else { return }
    let epochs = run.results["training_epochs"]?.count ?? members.values.compactMap { $0.elements?.count }.max() ?? 0
    let others = members.compactMap { key, value in value.elements.map { (key: key, count: $0.count) } }
      .filter { $0.count != epochs }.sorted { $0.key < $1.key }
    if let first = others.first {
      statements.fault(
        "\(Phrase.count(epochs, "epoch")) \(epochs == 1 ? "was" : "were") run, but \(first.key) has "
          + "\(Phrase.count(first.count, "entry", plural: "entries")).",
        ["epochs": .integer(epochs), "lists": .names(others.map(\.key))])
    }
  }

  // MARK: - Predictions

  private func scores(of split: Split, corpus: String? = nil) -> PredictedScores? {
    run.answers.flatMap { answers in
      PredictedScores(
        answers.filter { $0.split == split && (corpus == nil || $0.corpus == nil || $0.corpus == corpus) }, of: run)
    }
  }

  /// Compares the reported figures with those of the stored predictions, which must cover exactly the samples of the
  /// splits.
  private mutating func comparePredictions() {
    guard let answers = run.answers else {
      statements.leaveOpen("The run has no predictions to compare its scores with.")
      return
    }
    for split in [Split.valid, .test] {
      let predicted = answers.filter { $0.split == split }.map(\.id).sorted()
      let expected = subject.datasets.flatMap { dataset in dataset.samples[dataset.indices(of: split)].map(\.id) }
        .sorted()
      if predicted == expected { continue }
      let missing = Set(expected).subtracting(predicted).count
      let added = Set(predicted).subtracting(expected).count
      statements.fault(
        "The \(split) scores cover samples other than those of the \(split) split: \(missing.grouped) missing, "
          + "\(added.grouped) added, \(predicted.count.grouped) of \(expected.count.grouped).",
        ["split": .string(split.rawValue), "missing": .integer(missing), "added": .integer(added)])
    }
    compareLabels(of: answers)
    var compared = 0
    if let test = scores(of: .test) {
      let own = run.results.members ?? [:]
      // Of test, the original's keys have a prefix, and ours have none.
      for name in test.values.keys.sorted() {
        let key = own["test_" + name] == nil ? name : "test_" + name
        if statements.compare(own[key], key, with: test.values[name], "the predictions give") { compared += 1 }
      }
    }
    if let valid = scores(of: .valid) {
      let best = run.isRegression ? ("best_validation_correlation", "correlation") : ("best_validation_f1", "f1")
      if statements.compare(run.results[best.0], best.0, with: valid.values[best.1], "the predictions give") {
        compared += 1
      }
      compared += compare(run.results["validation"], "validation", with: valid)
    }
    for (number, corpus) in (run.results["corpora"]?.elements ?? []).enumerated() {
      // Two folders of one corpus are told apart by their paths.
      let names = [corpus["dataset"]?.text, corpus["folder"]?.text].compactMap(\.self)
      let own = names.first { name in answers.contains { $0.corpus == name } }
      guard own != nil || run.results["corpora"]?.elements?.count == 1, let test = scores(of: .test, corpus: own)
      else { continue }
      compared += compare(corpus["test"], "corpora[\(number)].test", with: test)
    }
    compared += compareBaseline(answers)
    if compared > 0, statements.faults.isEmpty {
      statements.proof(
        "\(Phrase.count(compared, "stated score")) \(compared == 1 ? "is" : "are") what the predictions give.",
        ["scores": .integer(compared)])
    }
  }

  /// Compares an object of scores.
  ///
  /// - Returns: how many there were.
  private mutating func compare(_ stated: JSONValue?, _ place: String, with scores: PredictedScores) -> Int {
    var compared = 0
    for (name, value) in scores.values.sorted(by: { $0.key < $1.key })
    where statements.compare(stated?[name], "\(place).\(name)", with: value, "the predictions give") {
      compared += 1
    }
    statements.compare(
      stated?["samples"], "\(place).samples", with: Double(scores.sampleCount), "of the predictions have a label")
    return compared
  }

  /// Compares the labels beside the predictions with those of the data.
  private mutating func compareLabels(of answers: [PredictionsFile.Answer]) {
    guard run.isRegression, let name = run.results["label_names"]?.elements?.first?.text else { return }
    var labels: [String: Float?] = [:]
    for (dataset, _) in folders {
      guard let column = dataset.labelNames.firstIndex(of: name) else { continue }
      for sample in dataset.samples {
        // The same id in two folders may have two labels.
        labels[sample.id] = labels[sample.id] == nil ? .some(sample.label[column]) : .some(nil)
      }
    }
    let others = answers.filter { answer in
      guard let known = labels[answer.id], let label = known, let stated = Float(answer.label), label.isFinite else {
        return false
      }
      return !RunStatements.isSame(Double(stated), Double(label))
    }
    if let first = others.first {
      let label = (labels[first.id] ?? nil).map { "\($0)" } ?? ""
      statements.fault(
        "\(others.count.grouped) of \(Phrase.count(answers.count, "prediction")) \(others.count == 1 ? "has" : "have") "
          + "labels other than the data: \(first.id) has \(first.label), in the data \(label).",
        ["label": .string(name), "samples": .names(others.map(\.id))])
    }
  }

  /// Compares the scores of the mean of the train labels, which the data give.
  private mutating func compareBaseline(_ answers: [PredictionsFile.Answer]) -> Int {
    guard run.isRegression, let name = run.results["label_names"]?.elements?.first?.text,
      let labels = run.numbers(of: .test)?.labels, !labels.isEmpty
    else { return 0 }
    let known = folders.flatMap { dataset, _ -> [Double] in
      guard let column = dataset.labelNames.firstIndex(of: name) else { return [] }
      return dataset.samples[dataset.indices(of: .train)].map { Double($0.label[column]) }.filter { !$0.isNaN }
    }
    if known.isEmpty { return 0 }
    let mean = Double(Float(Regression.mean(known)))
    let scores = PredictedScores(predictions: Array(repeating: mean, count: labels.count), labels: labels)
    let keys = ["mae", "mse"]
    return keys.count { key in
      statements.compare(
        run.results["baseline"]?[key], "baseline.\(key)", with: scores.values[key], "the mean of the train labels gives"
      )
    }
  }
}
