import Digests
import Samples
import Text

/// Which of IEMOCAP's annotations become the labels; the raw value is the word after `--labels`.
public enum EmotionLabels: String, CaseIterable, Sendable {
  /// The valence as a sentiment in [−3, 3]; valence, activation, dominance and the category beside it.
  case sentiment
  /// Four classes, one column each: `EmotionClasses.four`.
  case emotion4
  /// Six classes, one column each: `EmotionClasses.six`.
  case emotion6
  /// Valence, activation and dominance as they were rated.
  case vad
  /// Each class's share of the raters' votes, a column each, with `--classes`.
  case votes
}

/// How the annotation of a turn becomes its label row.
enum TurnLabelling: Hashable, Sendable {
  case sentiment
  case dimensions
  /// The column of the class that the majority chose is 1. Turns of other categories are left out.
  case classes(EmotionClasses)
  /// A column holds its class's share of the votes that the classes got. Turns without any are left out.
  case votes(EmotionClasses)
}

extension TurnLabelling {
  /// The classes' names, in the order of their columns or numbers.
  var classNames: [String] {
    switch self {
    // All categories that are emotions, so that a number means the same in any subset of the corpus.
    case .sentiment: EmotionClasses.known
    case .classes(let classes), .votes(let classes): classes.names
    case .dimensions: []
    }
  }

  private static let dimensionNames = ["valence", "activation", "dominance"]

  /// The label columns.
  var columns: LabelColumns {
    switch self {
    case .sentiment:
      LabelColumns(
        names: ["sentiment"] + Self.dimensionNames + ["emotion"], sentiment: 0, optional: [4],
        classes: .numbered(column: 4, names: classNames))
    case .classes: LabelColumns(names: classNames, sentiment: nil, classes: .oneEach)
    case .votes: LabelColumns(names: classNames, sentiment: nil, classes: .shares)
    case .dimensions: LabelColumns(names: Self.dimensionNames, sentiment: nil)
    }
  }

  /// A turn's labels, or why it has none of this kind.
  func row(of turn: EmotionTurn) -> LabelRow {
    switch self {
    case .sentiment:
      // The middle of the five-point scale is neutral, and its ends map to those of CMU-MOSEI's scale.
      let sentiment = min(3, max(-3, (turn.valence - 3) * 1.5))
      let number = classNames.firstIndex(of: turn.category).map(Double.init) ?? .nan
      return turn.row([sentiment, turn.valence, turn.activation, turn.dominance, number])
    case .dimensions: return turn.row([turn.valence, turn.activation, turn.dominance])
    case .classes(let classes):
      guard let place = classes.place(of: turn.category) else {
        let fault: DropReason =
          turn.category == EmoEvaluationFile.noMajority
          ? .noMajorityEmotion : classes.usualName == nil ? .otherClass : .otherEmotion
        return turn.row(classes.names.map { _ in 0 }, fault)
      }
      return turn.row(classes.names.indices.map { $0 == place ? 1 : 0 })
    case .votes(let classes):
      let counts = turn.votes.counts(of: classes)
      let total = counts.reduce(0, +)
      if total == 0 { return turn.row(classes.names.map { _ in 0 }, .noVote) }
      return turn.row(counts.map { Double($0) / Double(total) })
    }
  }
}

extension EmotionTurn {
  /// Its label row, over all of it.
  fileprivate func row(_ labels: [Double], _ fault: DropReason? = nil) -> LabelRow {
    LabelRow(
      segment: LabelledSegment(
        id: SampleID(recording: id.text), interval: Interval(start: 0, end: interval.duration),
        labels: labels.map { Float($0) }), fault: fault)
  }
}

/// The labels of the turns of IEMOCAP, in memory.
struct TurnLabels: CorpusLabels {
  let path: String
  let labelling: TurnLabelling
  let turns: [String: EmotionTurn]

  var columns: LabelColumns { labelling.columns }
  var recordings: [String] { turns.keys.sortedByBytes() }
  var rowCount: Int { turns.count }

  func rowCount(of recording: String) -> Int { turns[recording] == nil ? 0 : 1 }

  func makeReader() -> (String, inout Fingerprint) throws -> [LabelRow] {
    { recording, fingerprint in
      guard let turn = turns[recording] else { return [] }
      let row = labelling.row(of: turn)
      row.segment.labels.withUnsafeBytes { fingerprint.update($0) }
      return [row]
    }
  }
}
