import Leaks
import Samples
import Text

/// How much a leak that a check found moves a score: the score with the leak less the score without it.
///
/// What is estimated is the mean of that difference over train and test splits drawn as these were, with as large a share of
/// leaking samples: how much better the score on such a test split looks than the score on samples that the leak does not
/// reach.
struct LeakEffect: Sendable {
  /// What was measured.
  struct Measured: Sendable {
    /// `mean absolute error` or `accuracy`.
    let score: String
    let label: String
    /// Whether more is better.
    let growsBetter: Bool
    /// The score as it is, with the leak.
    let with: Double
    /// With less without.
    let difference: Double
    let low: Double
    let high: Double
    /// Below this nobody would notice: 0.005 of an accuracy, or of a label's deviation.
    let negligible: Double
    let split: Split
    /// Test samples; those that the leak helps; the parts that these are in, which do not hang together; the train samples
    /// that help them, or the columns.
    let samples: Int
    let offended: Int
    let parts: Int
    let offending: Int

    /// What the interval says.
    enum Verdict: String {
      /// It holds 0 and is narrow, or all of it is negligible.
      case none
      /// It holds 0, and much else.
      case open
      /// The score looks better than it is.
      case flattering
      /// It looks worse.
      case adverse

      var words: String {
        switch self {
        case .none: "none to be seen"
        case .open: "not told from none"
        case .flattering, .adverse: rawValue
        }
      }
    }

    /// What the interval says.
    var verdict: Verdict {
      let largest = max(abs(low), abs(high))
      if largest <= negligible { return .none }
      if low <= 0, high >= 0 { return largest <= 10 * negligible ? .none : .open }
      return (difference > 0) == growsBetter ? .flattering : .adverse
    }
  }

  /// What the leak consists of: `shared speaker`, `pairs`, `columns`, `scalers`.
  let kind: String
  /// `ridge`, or the name of a run.
  let model: String
  let outcome: Result<Measured, Obstacle>

  /// Why nothing was measured.
  struct Obstacle: Error {
    let reason: String
  }

  /// A sentence for people.
  var text: String {
    switch outcome {
    case .failure(let obstacle): return "Effect of the \(kind) on \(model) not measured: \(obstacle.reason)"
    case .success(let effect):
      return "Effect of the \(kind) on \(model): \(effect.verdict.words); \(effect.score) of \(effect.label) "
        + "\(effect.with.fixed(4)) with, \((effect.with - effect.difference).fixed(4)) without; difference "
        + "\(effect.difference.fixed(4)), 95 % interval \(effect.low.fixed(4)) to \(effect.high.fixed(4)); "
        + "\(basis(effect))."
    }
  }

  private func basis(_ effect: Measured) -> String {
    let samples = "\(effect.offended.grouped) of \(effect.samples.grouped) \(effect.split) samples"
    let parts = "of \(Phrase.count(effect.parts, "independent part"))"
    return "\(samples) \(parts), \(Phrase.count(effect.offending, offendingNoun))"
  }

  private var offendingNoun: String {
    switch kind {
    case Self.columns: "column"
    case Self.scalers: "held-out sample"
    default: "train sample"
    }
  }

  static let pairs = "pairs"
  static let columns = "columns"
  static let scalers = "scalers"
  /// What the fixed model is called.
  static let ridge = "ridge regression"

  /// For programs.
  var json: JSONValue {
    switch outcome {
    case .failure(let obstacle):
      ["of": .string(kind), "model": .string(model), "not_measured": .string(obstacle.reason)]
    case .success(let effect):
      [
        "of": .string(kind), "model": .string(model), "score": .string(effect.score), "label": .string(effect.label),
        "higher_is_better": .bool(effect.growsBetter), "with": .number(effect.with),
        "without": .number(effect.with - effect.difference), "difference": .number(effect.difference),
        "low": .number(effect.low), "high": .number(effect.high), "confidence": .number(0.95),
        "verdict": .string(effect.verdict.rawValue), "split": .string(effect.split.rawValue),
        "samples": .integer(effect.samples),
        "offended_samples": .integer(effect.offended), "parts": .integer(effect.parts),
        "offending": .integer(effect.offending), "offending_are": .string(offendingNoun + "s"),
      ]
    }
  }
}
