import Text

/// What became of the raters' votes where their shares are the labels.
struct VoteReport {
  /// Votes by category, over all turns; words that are no category under `RaterVotes.unknown`.
  private var categories: [String: Int] = [:]
  /// Votes for one of the classes.
  private var counted = 0
  /// Turns with a vote for one of the classes.
  private var turnCount = 0
  /// Those of them whose most frequent class is one of several.
  private var tiedTurns = 0
  /// Those of them whose raters all chose one class.
  private var unanimousTurns = 0
  private let classes: EmotionClasses

  init(_ turns: [EmotionTurn], _ classes: EmotionClasses) {
    self.classes = classes
    for turn in turns {
      categories.merge(turn.votes.counts, uniquingKeysWith: +)
      let counts = turn.votes.counts(of: classes)
      let total = counts.reduce(0, +)
      guard total > 0, let most = counts.max() else { continue }
      counted += total
      turnCount += 1
      if counts.count(where: { $0 == most }) > 1 { tiedTurns += 1 }
      if most == turn.votes.total { unanimousTurns += 1 }
    }
  }

  private var elsewhere: Int { categories.values.reduce(0, +) - counted }

  var json: JSONValue {
    [
      "categories": .object(categories.mapValues { .integer($0) }), "counted": .integer(counted),
      "elsewhere": .integer(elsewhere), "turns": .integer(turnCount), "tied_turns": .integer(tiedTurns),
      "unanimous_turns": .integer(unanimousTurns),
    ]
  }

  var warnings: [String] {
    var list: [String] = []
    if elsewhere > 0 {
      list.append(
        "\((counted + elsewhere).counted("vote")) of raters, \(elsewhere.grouped) of them for none of --classes: "
          + "a label is the share of the others, which are \(classes.names.joined(separator: ", "))."
      )
    }
    if let unknown = categories[RaterVotes.unknown] {
      list.append("\(unknown.counted("vote")) of raters for a word that is no category of the corpus.")
    }
    return list
  }
}
