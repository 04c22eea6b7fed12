import Audit
import Digests
import Files
import Leaks
import Samples
import Shards
package import Text

/// A small, intact run folder in the form that msa-train writes; change anything about it before it is written.
///
/// Unless they are changed, the predictions of valid give the correlation that the best epoch has in the history.
package struct Run {
  package var manifests: [String]
  /// One number per epoch.
  package var validation = [0.2, 0.5, 0.4]
  package var bestEpoch = 2
  /// `id, split, label, prediction`
  package var answers: [(id: String, split: String, label: String, prediction: String)]
  package var moreHistory: [String: JSONValue] = [:]
  /// Stated figures that the predictions do not give.
  package var stated: [String: JSONValue] = [:]
  package var labelNames = ["sentiment"]
  package var task = "regression"
  /// The selection rule and its tolerance; nil for a run from before there was a choice.
  package var selection: (rule: String, tolerance: JSONValue)?
  package var hasHistory = true
  package var hasPredictions = true
  /// What was predicted of valid at first.
  private let validPredictions: [String]

  /// A run on a prepared folder with predictions close to the labels.
  package init(on folder: String) throws {
    manifests = [try SHA256.hexDigest(ofFile: folder + "/" + Manifest.name).digest]
    let samples = try AuditedDataset.prepared([folder])[0].samples
    answers = samples.filter { $0.split != .train }.map { sample in
      (sample.id, sample.split.rawValue, "\(sample.label[0])", "\(sample.label[0] * 0.5 + 0.1)")
    }
    validPredictions = answers.filter { $0.split == "valid" }.map(\.prediction)
  }

  /// The answers as they are written.
  private var consistentAnswers: [(id: String, split: String, label: String, prediction: String)] {
    let valid = answers.indices.filter { answers[$0].split == "valid" }
    guard valid.map({ answers[$0].prediction }) == validPredictions, validation.indices.contains(bestEpoch - 1) else {
      return answers
    }
    func unit(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      let size = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      return values.map { ($0 - mean) / size }
    }
    let labels = unit(valid.compactMap { Double(answers[$0].label) })
    // Any direction in which the labels do not vary.
    let other = unit(labels.indices.map { Double($0 * $0) })
    let common = zip(labels, other).reduce(0) { $0 + $1.0 * $1.1 }
    let rest = unit(zip(labels, other).map { $1 - common * $0 })
    let correlation = validation[bestEpoch - 1]
    var changed = answers
    for (place, index) in valid.enumerated() {
      changed[index].prediction =
        "\(correlation * labels[place] + (1 - correlation * correlation).squareRoot() * rest[place])"
    }
    return changed
  }

  private var config: [String: JSONValue] {
    var config: [String: JSONValue] = ["task": .string(task)]
    if let selection {
      config["select"] = .string(selection.rule)
      config["select-tolerance"] = selection.tolerance
    }
    return config
  }

  /// Writes the folder and returns its path.
  package func write(to folder: String) throws -> String {
    try Folder.make(folder)
    if hasHistory {
      let history = moreHistory.merging(["val_correlation": .array(validation.map { .number($0) })]) { $1 }
      try AtomicFile.write(JSONValue.object(history).prettyText, to: folder + "/metrics_history.json")
    }
    if hasPredictions {
      let lines = consistentAnswers.map { "\($0.id),\($0.split),\($0.label),\($0.prediction)\n" }
      try AtomicFile.write("id,split,label,prediction\n" + lines.joined(), to: folder + "/predictions.csv")
    }
    var results: [String: JSONValue] = [
      "format": "msa-run/1", "manifest_sha256": .array(manifests.map { .string($0) }),
      "best_epoch": .integer(bestEpoch),
      "config": .object(config), "label_names": .array(labelNames.map { .string($0) }),
    ]
    results.merge(stated) { $1 }
    try AtomicFile.write(JSONValue.object(results).prettyText, to: folder + "/results.json")
    return folder
  }
}
