import Options
import Samples
import Text

/// How the rows of a stream fit their turns: where their times are counted from, and whether they last as long.
struct RowTimesCheck {
  let stream: TurnStream
  /// Ready-made features, nil for what the release has.
  let source: ReadyFeatures?
  /// What is known about each turn's rows, sorted by turn; only for turns with labels.
  private let turns: [(turn: EmotionTurn, rows: StoredRows)]
  /// When the last turn of each dialog ends.
  private let dialogEnds: [String: Double]
  /// The first and last ends among the times of each dialog's files.
  private let fileEnds: [String: Interval]

  init(_ stream: TurnStream, _ source: ReadyFeatures?, rows: [String: StoredRows], turns: [String: EmotionTurn]) {
    self.stream = stream
    self.source = source
    self.turns = rows.compactMap { id, rows in turns[id].map { ($0, rows) } }.sorted { $0.0.id < $1.0.id }
    fileEnds = self.turns.reduce(into: [:]) { ends, entry in
      let end = entry.rows.span.end
      let others = ends[entry.turn.id.dialog] ?? Interval(start: end, end: end)
      ends[entry.turn.id.dialog] = Interval(start: min(others.start, end), end: max(others.end, end))
    }
    dialogEnds = turns.values.reduce(into: [:]) { ends, turn in
      ends[turn.id.dialog] = max(ends[turn.id.dialog] ?? 0, turn.interval.end)
    }
  }

  // MARK: - The clock

  /// The clock that most files' times fit. If they fit both or neither, the release's own files are on the dialog's.
  var clock: RowClock {
    let votes = votes
    if votes.turn == votes.dialog { return source == nil && votes.own > 0 ? .dialog : .turn }
    return votes.dialog > votes.turn ? .dialog : .turn
  }

  private struct Votes {
    /// Files that give their times.
    var own = 0
    var turn = 0
    var dialog = 0
  }

  private var votes: Votes {
    var votes = Votes()
    for (turn, rows) in turns where rows.times == .own {
      votes.own += 1
      let fits = fits(turn, rows.span)
      if fits.turn > fits.dialog { votes.turn += 1 }
      if fits.dialog > fits.turn { votes.dialog += 1 }
    }
    return votes
  }

  /// How well a file's times fit the turn on either clock, 0 to 1.
  private func fits(_ turn: EmotionTurn, _ span: Interval) -> (turn: Double, dialog: Double) {
    let length = turn.interval.duration
    if span.duration > 2 * length + 1 {
      // Not the turn's rows alone. The whole dialog's, which all its turns share?
      let end = dialogEnds[turn.id.dialog] ?? turn.interval.end
      let isShared = (fileEnds[turn.id.dialog]?.duration ?? 0) < 1
      let isWhole = isShared && span.start <= turn.interval.start && end - 5...1.5 * end + 60 ~= span.end
      return (0, isWhole ? 1 : 0)
    }
    return (Self.overlap(span, Interval(start: 0, end: length)), Self.overlap(span, turn.interval))
  }

  /// The intersection of two stretches over their union.
  private static func overlap(_ left: Interval, _ right: Interval) -> Double {
    let shared = min(left.end, right.end) - max(left.start, right.start)
    let covered = max(left.end, right.end) - min(left.start, right.start)
    return shared > 0 ? shared / covered : 0
  }

  // MARK: - Times that do not meet the turns

  /// Rows that give their times; none if each turn has a single one, which is then all of it.
  private var timed: [(turn: EmotionTurn, rows: StoredRows)] {
    if turns.allSatisfy({ $0.rows.rowCount == 1 }) { return [] }
    return turns.filter { $0.rows.times == .own && $0.turn.interval.duration > 0 }
  }

  /// Rows of which more lies outside their turn than within.
  private var astray: [(turn: EmotionTurn, rows: StoredRows)] {
    let clock = clock
    return timed.filter { turn, rows in
      let whole = clock == .dialog ? turn.interval : Interval(start: 0, end: turn.interval.duration)
      let span = rows.span
      let shared = min(span.end, whole.end) - max(span.start, whole.start)
      // Rows that begin late or end early lie within their turn; many rows in almost no time are in another unit.
      if shared >= 0.5 * span.duration, rows.rowCount <= 2 || span.duration > 0.1 * whole.duration { return false }
      let fits = fits(turn, span)
      return (clock == .dialog ? fits.dialog : fits.turn) < 0.5
    }
  }

  /// What is wrong with the times if most do not overlap their turns; nil otherwise.
  private var timesProblem: (problem: String, remedy: String)? {
    let astray = astray
    guard 2 * astray.count > timed.count, let first = astray.first else { return nil }
    let ratios = astray.map { $0.rows.span.duration / $0.turn.interval.duration }.sorted()
    let ratio = ratios[ratios.count / 2]
    let unit = 500...2000 ~= ratio ? "milliseconds" : 10...250 ~= ratio ? "frame numbers" : nil
    if let unit {
      return (
        "the times of its rows look like \(unit), not seconds: they span \(Int(ratio.rounded())) times the length of their "
          + "turns (median of \(astray.count) turns)", "Write the times in seconds"
      )
    }
    let (span, turn) = (first.rows.span, first.turn)
    return (
      "the times of its rows do not meet the turns in \(astray.count) of \(timed.count), the first \(turn.id): "
        + "\(span.start.fixed(2)) to \(span.end.fixed(2)) s, but the turn is at \(turn.interval.start.fixed(2)) to "
        + "\(turn.interval.end.fixed(2)) s of its dialog",
      "Count the times from the start of the turn, or of its dialog"
    )
  }

  // MARK: - The length

  /// Rows at a fixed rate; none if each turn has a single one, which is then all of it.
  private var fixed: [(turn: EmotionTurn, rows: StoredRows)] {
    if turns.allSatisfy({ $0.rows.rowCount == 1 }) { return [] }
    return turns.filter { $0.rows.times == .rate && $0.turn.interval.duration > 0 }
  }

  /// Whether the rows last longer or shorter than the turn by more than `share` of it. Windows that do not fit at its
  /// ends may cost two rows.
  private static func isOff(_ entry: (turn: EmotionTurn, rows: StoredRows), by share: Double = refusedShare) -> Bool {
    let (length, rows) = (entry.turn.interval.duration, entry.rows)
    return abs(Double(rows.rowCount) * rows.rowSeconds - length) > share * length + 2 * rows.rowSeconds
  }

  /// 25 rows a second taken for 30 are 17 % off.
  private static let refusedShare = 0.1
  /// 24 rows a second taken for 25 are 4 % off: words at the end of a long turn have their neighbours' rows.
  private static let toldShare = 0.03

  /// What is wrong with the rate if most turns' rows are off by more than a share of their length; nil otherwise.
  private func rateProblem(beyond share: Double = refusedShare) -> (problem: String, remedy: String)? {
    let fixed = fixed
    guard let source, 2 * fixed.count(where: { Self.isOff($0, by: share) }) > fixed.count else { return nil }
    let flag = "--\(stream)-rate"
    let lengths = fixed.map(\.turn.interval.duration)
    if Set(fixed.map(\.rows.rowCount)).count == 1, lengths.max() ?? 0 > 1.2 * (lengths.min() ?? 0) {
      return (
        "all turns have \(fixed[0].rows.rowCount) rows, however long they are, but \(flag) is \(Self.hertz(source.rate))",
        "Take the features before they are padded or cut to one length"
      )
    }
    let rates = fixed.map { Double($0.rows.rowCount) / $0.turn.interval.duration }.sorted()
    let rate = rates[rates.count / 2]
    return (
      "its turns have about \(Self.hertz(rate)) rows per second (median of \(fixed.count) turns), but \(flag) is "
        + Self.hertz(source.rate),
      FeatureFile.rates.contains(rate)
        ? "Give \(flag) \(Self.hertz(rate)) if the features were made at that rate"
        : "No features have that rate: look at the turns' times in EmoEvaluation, and whether the files belong to these turns"
    )
  }

  private static func hertz(_ rate: Double) -> String {
    rate.fixed(rate.rounded() == rate ? 0 : rate < 10 ? 2 : 1)
  }

  /// Makes sure that most turns' rows last as long as the turns, and are at the right times.
  ///
  /// - Parameter release: the release's name in messages.
  /// - Throws: `DataError` 65 that names the rate that would fit, or the unit that the times seem to be in.
  func require(release: String) throws {
    if let (problem, remedy) = rateProblem() {
      throw refusal(problem, expected: "rows that last as long as their turn", remedy, release)
    }
    if let (problem, remedy) = timesProblem {
      throw refusal(problem, expected: "times in seconds that meet the turns", remedy, release)
    }
  }

  private func refusal(_ problem: String, expected: String, _ remedy: String, _ release: String) -> DataError {
    DataError(
      .badData, file: source?.tree.path ?? release, place: source == nil ? "\(stream)" : nil, problem,
      expected: expected, advice: remedy + ". To continue anyway, add --allow-times.")
  }

  /// What the user should know, if `require` passed or is not called.
  var warnings: [String] {
    var list: [String] = []
    if let (problem, _) = rateProblem(beyond: Self.toldShare) ?? timesProblem {
      list.append("\(stream): \(problem).")
    } else if source != nil, case let off = fixed.filter({ Self.isOff($0) }), let first = off.first {
      let seconds = (Double(first.rows.rowCount) * first.rows.rowSeconds).fixed(2)
      list.append(
        "\(stream): \(off.count) of \(fixed.count) turns have rows for a length other than theirs, the first \(first.turn.id): "
          + "\(seconds) s for \(first.turn.interval.duration.fixed(2)) s.")
    }
    if timesProblem == nil, case let astray = astray, let first = astray.first {
      list.append(
        "\(stream): in \(astray.count) of \(timed.count) turns most times of the rows are outside the turn, the first "
          + "\(first.turn.id).")
    }
    if source != nil, clock == .dialog {
      list.append(
        "\(stream): the times in the files are those of the dialogs; each turn's start was taken off.")
    }
    return list
  }
}
