import Digests
import Samples
import Text

/// Which of IEMOCAP's annotations become the labels.
public enum EmotionLabels: String, CaseIterable, Sendable {
  /// The valence as a sentiment in [−3, 3]; valence, activation, dominance and the category beside it.
  case sentiment
  /// Four classes, one column each; excitement counts as happiness. Other turns are left out.
  case emotion4
  /// Six classes, one column each. Other turns are left out.
  case emotion6
  /// Valence, activation and dominance as they were rated.
  case vad
}

extension EmotionLabels {
  /// The category of turns without a majority among the raters: no emotion.
  static let noMajority = "xxx"

  /// The classes' three-letter names, in the order of their columns or numbers.
  var classes: [String] {
    switch self {
    // All categories that are emotions, so that a number means the same in any subset of the corpus.
    case .sentiment: EmoEvaluationFile.categories.filter { $0 != Self.noMajority }
    case .emotion4: ["ang", "hap", "neu", "sad"]
    case .emotion6: ["ang", "exc", "fru", "hap", "neu", "sad"]
    case .vad: []
    }
  }

  private static let dimensions = ["valence", "activation", "dominance"]

  /// The label columns.
  var columns: LabelColumns {
    switch self {
    case .sentiment:
      LabelColumns(
        names: ["sentiment"] + Self.dimensions + ["emotion"], sentiment: 0, optional: [4],
        classes: .numbered(column: 4, names: classes))
    case .emotion4, .emotion6: LabelColumns(names: classes, sentiment: nil, classes: .oneEach)
    case .vad: LabelColumns(names: Self.dimensions, sentiment: nil)
    }
  }

  /// A turn's labels, or why it has none of this kind.
  func row(of turn: EmotionTurn) -> LabelRow {
    let interval = Interval(start: 0, end: turn.interval.duration)
    func row(_ labels: [Double], _ fault: DropReason? = nil) -> LabelRow {
      LabelRow(
        segment: LabelledSegment(
          id: SampleID(recording: turn.id.text), interval: interval, labels: labels.map { Float($0) }), fault: fault)
    }
    let dimensions = [turn.valence, turn.activation, turn.dominance]
    switch self {
    case .sentiment:
      // The middle of the five-point scale is neutral, and its ends map to those of CMU-MOSEI's scale.
      let sentiment = min(3, max(-3, (turn.valence - 3) * 1.5))
      return row([sentiment] + dimensions + [classes.firstIndex(of: turn.category).map(Double.init) ?? .nan])
    case .vad: return row(dimensions)
    case .emotion4, .emotion6:
      let category = self == .emotion4 && turn.category == "exc" ? "hap" : turn.category
      guard let number = classes.firstIndex(of: category) else {
        return row(
          classes.map { _ in 0 }, turn.category == Self.noMajority ? .noMajorityEmotion : .otherEmotion)
      }
      return row(classes.indices.map { $0 == number ? 1 : 0 })
    }
  }
}

/// The labels of the turns of IEMOCAP, in memory.
struct TurnLabels: CorpusLabels {
  let path: String
  let kind: EmotionLabels
  let turns: [String: EmotionTurn]

  var columns: LabelColumns { kind.columns }
  var recordings: [String] { turns.keys.sortedByBytes() }
  var rowCount: Int { turns.count }

  func rowCount(of recording: String) -> Int { turns[recording] == nil ? 0 : 1 }

  func makeReader() -> (String, inout Fingerprint) throws -> [LabelRow] {
    { recording, fingerprint in
      guard let turn = turns[recording] else { return [] }
      let row = kind.row(of: turn)
      row.segment.labels.withUnsafeBytes { fingerprint.update($0) }
      return [row]
    }
  }
}
