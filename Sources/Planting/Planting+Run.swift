import Runs
import Storage

extension Planting {
  /// Copies a training run and lets it report another epoch than the one that was best on valid: what a choice on test
  /// leaves behind.
  static func chooseEpochOnTest(_ request: Request) throws -> Outcome {
    guard let run = request.run else {
      throw DataError(
        .usage, "\(request.kind.rawValue) needs a training run", expected: "--run DIR",
        advice: "Train first: msa-train --shards \(request.folder) --out run.")
    }
    var results = try members(of: RunFile.results.path(in: run))
    let curves = try members(of: RunFile.history.path(in: run))
    let record = try RunRecord.read(run).first
    let history = RunHistory(json: .object(curves), isRegression: record?.isRegression ?? true)
    let valid = history[.validScore] ?? []
    guard !valid.isEmpty, let epoch = results["best_epoch"]?.integer(in: 1...valid.count) else {
      throw DataError(.badData, file: RunFile.results.path(in: run), "names no best epoch", expected: "a finished run")
    }
    let others = record?.otherEpochs ?? []
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
    where try name != RunFile.results.name && !name.hasPrefix(".") && Folder.entry(at: run + "/" + name) != .folder {
      try copy(run + "/" + name, to: request.output + "/" + name)
    }
    try AtomicFile.write(JSONValue.object(results).prettyText, to: RunFile.results.path(in: request.output))
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
