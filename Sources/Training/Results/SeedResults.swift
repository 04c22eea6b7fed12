import Foundation
import Metrics
import Runs
public import Text

/// The results of one run repeated with several seeds, which show how much of a score is chance.
public struct SeedResults: Sendable {
  /// One run per seed, in ascending order.
  public let runs: [RunResults]

  init(_ runs: [RunResults]) { self.runs = runs }

  /// The mean and the sample standard deviation of each test score.
  private var scores: [(name: String, mean: Double, deviation: Double)] {
    (runs.first?.test.named.map(\.name) ?? []).enumerated().map { index, name in
      let values = runs.map { $0.test.named[index].value }
      return (name, Regression.mean(values), Regression.standardDeviation(values))
    }
  }

  /// The table that the program prints: one row per seed, mean ± standard deviation, and the baseline.
  public var text: String {
    var table = ScoreTable("test split")
    for run in runs { table.add("seed \(run.outcome.configuration.seed)", run.test) }
    table.add("mean", cells: scores.map { ($0.name, ScoreTable.text($0.mean)) })
    table.add("± std", cells: scores.map { ($0.name, ScoreTable.text($0.deviation)) })
    if let first = runs.first {
      for (index, item) in first.ablation.enumerated() {
        let alone = item.scores.named.indices.map { score in
          let values = runs.map { $0.ablation[index].scores.named[score].value }
          return (item.scores.named[score].name, ScoreTable.text(Regression.mean(values)))
        }
        table.add("\(item.modality) alone", cells: alone)
      }
      table.add(first.baselineName, first.baseline)
    }
    return "\(runs.count.counted("seed")), \(runs.first?.outcome.configuration.model.rawValue ?? "").\n\n" + table.text
  }

  /// The contents of results.json in the folder above those of the individual runs.
  public var json: JSONValue {
    [
      "format": .string(RunFile.seedsFormat),
      "seeds": .array(runs.map { $0.outcome.configuration.seedJSON }),
      "mean": .object(Dictionary(uniqueKeysWithValues: scores.map { ($0.name, .number($0.mean)) })),
      "std": .object(Dictionary(uniqueKeysWithValues: scores.map { ($0.name, .number($0.deviation)) })),
      "baseline": .object(runs.first.map { $0.baseline.json($0.outcome.labelNames) } ?? [:]),
      "runs": .array(runs.map(\.json)),
    ]
  }
}
