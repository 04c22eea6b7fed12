import Audit
import Storage

extension Planting {
  private static let historyName = "metrics_history.json"
  static let resultsName = "results.json"

  /// Copies a training run and lets it report another epoch than the one that was best on valid: what a choice on test
  /// leaves behind.
  static func chooseEpochOnTest(_ request: Request) throws -> Outcome {
    guard let run = request.run else {
      throw DataError(
        .usage, "\(request.kind.rawValue) needs a training run", expected: "--run DIR",
        advice: "Train first: msa-train --shards \(request.folder) --out run.")
    }
    var results = try members(of: run + "/" + resultsName)
    let history = try members(of: run + "/" + historyName)
    let valid = (history["val_correlation"]?.elements ?? []).map { $0.doubleValue ?? .nan }
    guard !valid.isEmpty, let epoch = results["best_epoch"]?.integer(in: 1...valid.count) else {
      throw DataError(.badData, file: run + "/" + resultsName, "names no best epoch", expected: "a finished run")
    }
    let others = try AuditedRun.otherEpochs(of: run)
    var random = PlantRandom(seed: request.seed)
    guard let chosen = random.choose(1, of: others).first else {
      throw DataError(.usage, file: run, "has one epoch only", expected: "epochs of different scores on valid")
    }
    results["best_epoch"] = .integer(chosen + 1)
    for key in ["best_validation_correlation", "best_validation_f1"] where results[key] != nil {
      results[key] = .number(valid[chosen])
    }
    try Folder.make(request.output)
    for name in try Folder.names(in: run)
    where try name != resultsName && !name.hasPrefix(".") && Folder.entry(at: run + "/" + name) != .folder {
      try copy(run + "/" + name, to: request.output + "/" + name)
    }
    try AtomicFile.write(JSONValue.object(results).prettyText, to: request.output + "/" + resultsName)
    return Outcome(
      text: "The run reports epoch \(chosen + 1), not \(epoch), which was best on valid.",
      facts: ["epoch": .integer(chosen + 1), "best_on_valid": .integer(epoch)])
  }

  private static func members(of path: String) throws -> [String: JSONValue] {
    guard try Folder.entry(at: path) != nil else {
      throw DataError(.inputMissing, file: path, "does not exist", expected: "a finished training run")
    }
    guard let members = try JSONValue(contentsOf: path).members else {
      throw DataError(.badData, file: path, "is no JSON object", expected: "a finished training run")
    }
    return members
  }
}
