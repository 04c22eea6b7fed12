import ArrayFiles
import Files
public import Metrics
public import Samples
public import Text

/// A finished training run, as read from its folder.
public struct RunRecord: Sendable {
  /// Its name in reports: empty for a single run, `seed-43` for one of several.
  public let name: String
  /// results.json.
  public let results: JSONValue
  /// metrics_history.json; nil if it is missing.
  public let history: RunHistory?
  /// The model's predictions; nil if predictions.csv is missing.
  public let answers: [PredictionsFile.Answer]?
  /// What best.safetensors says about its weights; nil if it is missing or says nothing.
  public let model: JSONValue?
  /// The digests of the manifests that last.safetensors belongs to; nil if it is missing or says nothing.
  public let checkpointManifests: [String]?

  /// A million predictions take about 60 MB.
  private static let byteLimit = 1 << 28

  /// Reads a run folder of msa-train, or the folders of its seeds.
  ///
  /// - Throws: `DataError` 66 when there is no results.json, 65 when a file is malformed.
  public static func read(_ folder: String) throws -> [RunRecord] {
    try requireRun(folder)
    let results = try JSONValue(contentsOf: RunFile.results.path(in: folder), limit: byteLimit)
    guard results["format"]?.text == RunFile.seedsFormat else {
      return [try RunRecord(folder, name: "", results: results)]
    }
    let names = try RunFile.seedFolders(in: folder)
    guard !names.isEmpty else {
      throw DataError(
        .badData, file: folder, "has no run of any seed", expected: "the folder of each seed's run",
        advice: "Finish the run with --resume, or name another one.")
    }
    return try names.map { name in
      let path = folder + "/" + name
      return try RunRecord(
        path, name: name, results: JSONValue(contentsOf: RunFile.results.path(in: path), limit: byteLimit))
    }
  }

  /// What a folder says about the runs of several seeds; nil if it is of a single run.
  ///
  /// - Throws: `DataError` 66 when there is no results.json, 65 when it is malformed.
  public static func summary(_ folder: String) throws -> JSONValue? {
    let results = try JSONValue(contentsOf: RunFile.results.path(in: folder), limit: byteLimit)
    return results["format"]?.text == RunFile.seedsFormat ? results : nil
  }

  /// Whether a folder holds a finished run.
  ///
  /// - Throws: `DataError` 66 when there is no results.json, 65 when the path is not a folder.
  public static func requireRun(_ folder: String) throws {
    try NodeKind.requireFolder(
      folder, expected: "a finished run folder of msa-train", advice: "Check the path given with --run.")
    guard try Folder.entry(at: RunFile.results.path(in: folder)) != nil else {
      throw DataError(
        .inputMissing, file: folder, "has no \(RunFile.results.name)", expected: "a finished run folder of msa-train",
        advice: "Name the --out of an msa-train run; an interrupted run can be finished with --resume.")
    }
  }

  private init(_ folder: String, name: String, results: JSONValue) throws {
    self.name = name
    self.results = results
    let isRegression = Self.isRegression(results)
    try Self.check(results, file: RunFile.results.path(in: folder))
    let historyPath = RunFile.history.path(in: folder)
    history = try Folder.entry(at: historyPath).map { _ in
      let json = try JSONValue(contentsOf: historyPath, limit: Self.byteLimit)
      try Self.check(json, file: historyPath)
      return RunHistory(json: json, isRegression: isRegression)
    }
    let predictions = RunFile.predictions.path(in: folder)
    answers =
      try Folder.entry(at: predictions) != nil ? PredictionsFile.read(predictions, limit: Self.byteLimit) : nil
    let modelPath = RunFile.model.path(in: folder)
    model = try Self.metadata(of: modelPath)?[RunFile.descriptionKey].map { text in
      do {
        return try JSONValue(parsing: text)
      } catch let error as JSONError {
        throw DataError(.badData, file: modelPath, place: RunFile.descriptionKey, error.description)
      }
    }
    checkpointManifests = try Self.metadata(of: RunFile.checkpoint.path(in: folder))?[RunFile.manifestsKey]?
      .split(separator: " ").map(String.init)
  }

  /// The metadata of a file of tensors; nil if there is no such file.
  private static func metadata(of path: String) throws -> [String: String]? {
    try Folder.entry(at: path) == nil ? nil : SafetensorsFile(path: path).header.metadata
  }

  /// Refuses figures that no run can have, wherever they stand: a correlation or concordance beyond ±1, a number of samples
  /// below 0.
  private static func check(_ value: JSONValue, file: String, place: String = "") throws {
    for (key, member) in (value.members ?? [:]).sorted(by: { $0.key < $1.key }) {
      let inner = place.isEmpty ? key : "\(place).\(key)"
      let numbers = (member.elements ?? [member]).compactMap(\.doubleValue)
      let isShare = ["correlation", "ccc"].contains { key == $0 || key.hasSuffix("_" + $0) }
      let isCount = key == "samples" || key.hasSuffix("_samples")
      // Rounding may leave the last bits above 1.
      let odd = numbers.first { isShare && !(abs($0) <= 1 + 1e-9) || isCount && !($0 >= 0) }
      if let odd {
        throw DataError(
          .badData, file: file, place: inner, "is \(odd)", expected: isShare ? "a number from -1 to 1" : "0 or more",
          advice: "The run's files are not what msa-train wrote: train again, or name another run.")
      }
      try check(member, file: file, place: inner)
      for (number, element) in (member.elements ?? []).enumerated() where element.members != nil {
        try check(element, file: file, place: "\(inner)[\(number)]")
      }
    }
  }

  /// The digests of the manifests of the data that it was trained on; nil where it does not say.
  public var manifestDigests: [String]? { results["manifest_sha256"]?.elements?.compactMap(\.text) }

  /// Whether numbers were predicted rather than classes.
  public var isRegression: Bool { Self.isRegression(results) }

  /// What was predicted: `regression`, `classification` or `multilabel`.
  public var task: String { Self.task(results) }

  private static func task(_ results: JSONValue) -> String { results["config"]?["task"]?.text ?? "regression" }

  private static func isRegression(_ results: JSONValue) -> Bool { task(results) == "regression" }

  /// How the run's epoch was chosen, according to the run: runs from before there was a choice took the highest r or
  /// F1, whatever the loss. Nil if it names an unknown rule.
  public var selection: EpochSelection? {
    guard let config = results["config"], let name = config["select"] else { return EpochSelection(.rStrict) }
    guard let rule = name.text.flatMap(SelectionRule.init), let tolerance = config["select-tolerance"]?.doubleValue,
      tolerance >= 0
    else { return nil }
    return EpochSelection(rule, tolerance: tolerance)
  }

  /// The epochs of the history as a selection rule sees them; nil if the history lacks a list that the rule needs.
  public func candidates(_ selection: EpochSelection) -> [EpochSelection.Candidate]? {
    let needed: [RunHistory.Figure] =
      switch selection.rule {
      case .rStrict: [.validScore]
      case .r, .f1: selection.tolerance > 0 ? [.validScore, .validLoss] : [.validScore]
      case .mae, .accuracy: [.validError, .validLoss]
      case .ccc: [.validConcordance, .validLoss]
      case .uar: [.validUnweightedAccuracy, .validLoss]
      case .loss: [.validLoss]
      case .last: [.trainLoss]
      }
    let lists = needed.map { history?[$0] }
    guard let count = lists.first??.count, count > 0, lists.allSatisfy({ $0?.count == count }) else { return nil }
    func figures(_ figure: RunHistory.Figure) -> [Double] {
      needed.contains(figure) ? history?[figure] ?? [] : [Double](repeating: .nan, count: count)
    }
    let (score, error, loss) = (figures(.validScore), figures(.validError), figures(.validLoss))
    let (concordance, recall) = (figures(.validConcordance), figures(.validUnweightedAccuracy))
    return (0..<count).map {
      selection.candidate(
        correlation: score[$0], error: error[$0], loss: loss[$0], concordance: concordance[$0],
        unweightedAccuracy: recall[$0], epoch: $0 + 1)
    }
  }

  /// The epochs, from 0, that the run's own rule had reason not to choose; empty if it is unknown.
  public var otherEpochs: [Int] {
    guard let selection, let candidates = candidates(selection), let best = selection.best(of: candidates) else {
      return []
    }
    return candidates.indices.filter { !candidates[$0].isAsGood(as: candidates[best]) }
  }

  /// Predicted and true numbers of a split's samples that have a label; nil without predictions.
  ///
  /// - Parameter corpus: only the samples of that corpus.
  public func numbers(of split: Split, corpus: String? = nil) -> (predictions: [Double], labels: [Double])? {
    guard let answers else { return nil }
    let pairs = answers.filter { $0.split == split && (corpus == nil || $0.corpus == nil || $0.corpus == corpus) }
      .compactMap { answer -> (Double, Double)? in
        guard let label = Double(answer.label), let prediction = Double(answer.prediction) else { return nil }
        return (prediction, label)
      }
    return (pairs.map(\.0), pairs.map(\.1))
  }
}
