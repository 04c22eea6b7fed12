import Leaks
import Metrics
import Runs
import Text

/// Compares what a folder says about the runs of several seeds with these runs.
struct SeedsJudge {
  let summary: JSONValue
  let runs: [RunRecord]

  func finding() -> Finding {
    var statements = RunStatements()
    compareSeeds(&statements)
    for (key, figure) in [("mean", Regression.mean), ("std", Regression.standardDeviation)] {
      for (name, stated) in (summary[key]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
        let values = runs.compactMap { ($0.results["test_" + name] ?? $0.results[name])?.doubleValue }
        if values.count < runs.count { continue }
        statements.compare(stated, "\(key).\(name)", with: figure(values), "the runs give")
      }
    }
    for (name, stated) in (summary["baseline"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
      for run in runs {
        statements.compare(
          stated, "baseline.\(name)", with: run.results["baseline"]?[name]?.doubleValue, "\(run.name) says")
      }
    }
    if statements.faults.isEmpty {
      statements.proof(
        "What is said of all seeds is what their \(Phrase.count(runs.count, "run")) say.",
        ["runs": .integer(runs.count)])
    }
    return statements.finding
  }

  /// Each seed that is named has a folder, each folder is of the seed in its name, and says what is quoted from it.
  private func compareSeeds(_ statements: inout RunStatements) {
    let stated = (summary["seeds"]?.elements ?? []).map { $0.text ?? $0.canonicalText }
    let found = runs.map { String($0.name.dropFirst(RunFile.seedPrefix.count)) }
    if Set(stated) != Set(found) || stated.count != found.count {
      statements.fault(
        "The seeds are \(Phrase.list(stated, limit: 8)), but there are folders of \(Phrase.list(found, limit: 8)).",
        ["stated": .names(stated), "folders": .names(found)])
    }
    for (run, seed) in zip(runs, found) {
      let own = run.results["seed"].map { $0.text ?? $0.canonicalText }
      if let own, own != seed {
        statements.fault(
          "The run in \(run.name) is of seed \(own).", ["folder": .string(run.name), "seed": .string(own)])
      }
    }
    guard let quoted = summary["runs"]?.elements else { return }
    for (place, one) in quoted.enumerated() where !runs.contains(where: { $0.results == one }) {
      statements.fault(
        "runs[\(place)] is not what the folder of that seed says.", ["runs": .integer(place)])
    }
  }
}
