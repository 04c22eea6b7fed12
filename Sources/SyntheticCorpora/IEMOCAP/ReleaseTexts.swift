/// The text files of a synthetic release other than motion capture, in Latin-1 like the real ones.
enum ReleaseTexts {
  // MARK: Labels

  /// `EmoEvaluation/<dialog>.txt`: one block per turn, those of the woman first; the number of lines from raters
  /// varies.
  static func emotions(of dialog: ReleaseDialog) -> [UInt8] {
    var text = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"
    for turn in dialog.turns.sorted(by: { $0.id < $1.id }) {
      let times = "[\(seconds(turn.ticks.lowerBound)) - \(seconds(turn.ticks.upperBound))]"
      let means = [
        mean(turn.ratings.map(\.valence)), mean(turn.ratings.map(\.activation)),
        mean(turn.ratings.compactMap(\.dominance)),
      ]
      text += "\(times)\t\(turn.id)\t\(turn.label)\t[\(means.joined(separator: ", "))]\n"
      for (number, words) in heard(turn).enumerated() {
        text += "C-E\(raters[number]):\t\(words)\t(\(number == 1 && turn.stream % 29 == 3 ? "naïve, tired" : ""))\n"
      }
      // The speakers' own ratings are often empty.
      text += "C-\(turn.speaker)1:\t\(turn.stream % 3 == 0 ? "Neutral; Frustration;" : ";")\t()\n"
      for (number, rating) in turn.ratings.enumerated() {
        text += "A-E\(raters[number]):\t\(line(rating))\t()\n"
      }
      if turn.stream % 2 == 0 {
        text += "A-\(turn.speaker)1:\tval 3; act 2; dom  \(turn.stream % 4 == 0 ? "" : "3");\t()\n"
      }
      text += "\n"
    }
    return latin1(text)
  }

  private static let raters = [2, 3, 4]

  /// Returns the choice of each rater. If the label is `xxx`, they do not agree on anything; otherwise most of them
  /// agree.
  private static func heard(_ turn: ReleaseTurn) -> [String] {
    guard let name = names[turn.label] else { return ["Anger;", "Sadness; Neutral state;", "Surprise;"] }
    return ["\(name);", "\(name);", turn.stream % 5 == 0 ? "Frustration; \(name);" : "Other;"]
  }

  private static let names = [
    "ang": "Anger", "hap": "Happiness", "exc": "Excited", "sad": "Sadness", "neu": "Neutral", "fru": "Frustration",
    "sur": "Surprise", "fea": "Fear", "dis": "Disgust", "oth": "Other",
  ]

  private static func line(_ rating: ReleaseTurn.Rating) -> String {
    "val \(rating.valence); act \(rating.activation); dom  \(rating.dominance.map { "\($0)" } ?? "");"
  }

  /// Returns the mean with four decimals.
  private static func mean(_ values: [Int]) -> String {
    let count = max(1, values.count)
    return decimal((values.reduce(0, +) * 20_000 / count + 1) / 2)
  }

  /// `EmoEvaluation/Categorical/<dialog>_e2_cat.txt`: a second grammar.
  static func categorical(of dialog: ReleaseDialog) -> [UInt8] {
    latin1(
      dialog.turns.sorted { $0.id < $1.id }.map {
        "\($0.id) :\(names[$0.label].map { $0 == "Neutral" ? "Neutral state" : $0 } ?? "Other"); ()\n"
      }.joined())
  }

  /// `EmoEvaluation/Attribute/<dialog>_e2_atr.txt` and those of the speakers in `Self-evaluation/`: a third grammar.
  static func attributes(of dialog: ReleaseDialog) -> [UInt8] {
    latin1(
      dialog.turns.sorted { $0.id < $1.id }.map {
        let rating = $0.ratings[0]
        let dominance = rating.dominance.map { "\($0)" } ?? ""
        return "\($0.id) :act \(rating.activation); :val \(rating.valence); :dom  \(dominance); ()\n"
      }.joined())
  }

  // MARK: Words

  /// `transcriptions/<dialog>.txt`, with lines that belong to no labelled turn.
  static func transcript(of dialog: ReleaseDialog) -> [UInt8] {
    var text = ""
    for (index, turn) in dialog.turns.enumerated() {
      let times = [turn.ticks.lowerBound, turn.ticks.upperBound].map(paddedSeconds)
      text += "\(turn.id) [\(times[0])-\(times[1])]: \(sentence(turn))\n"
      if index == 1 { text += "\(turn.speaker): Mm-hm.\n" }
      if index == 3 { text += "\(dialog.name)_\(turn.speaker)XX0 [\(times[0])-\(times[1])]: Oh.\n" }
    }
    return latin1(text)
  }

  private static func sentence(_ turn: ReleaseTurn) -> String {
    let text = turn.segments.map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// `ForcedAlignment/<dialog>/<turn>.wdseg`: the output of Sphinx-3, with inclusive end frames.
  static func wordSegments(of turn: ReleaseTurn) -> [UInt8] {
    var text = "\t SFrm  EFrm    SegAScr Word\n"
    var total = 0
    for (index, segment) in turn.segments.enumerated() {
      let score = -5_300 * segment.frames.count - (Int(turn.stream) * 389 + index * 7_919) % 20_000
      total += score
      let columns = [
        padded(segment.frames.lowerBound, 5), padded(segment.frames.upperBound - 1, 5), padded(score, 10),
        segment.token,
      ]
      text += "\t" + columns.joined(separator: " ") + "\n"
    }
    return latin1(text + "Total score: \(padded(total, 11))\n")
  }

  /// `ForcedAlignment/<dialog>/<turn>.phseg`: phones, which are not used here.
  static func phoneSegments(of turn: ReleaseTurn) -> [UInt8] {
    let last = padded(turn.length / 100, 5)
    return latin1("\t SFrm  EFrm    SegAScr Phone\n\t    0 \(last)      -1000 SIL\nTotal score:  -1000\n")
  }

  /// `lab/Ses01_F/<dialog>.lab`: the times once more.
  static func lab(of dialog: ReleaseDialog) -> [UInt8] {
    latin1(
      dialog.turns.filter { $0.speaker == dialog.wearer }.map {
        "\(seconds($0.ticks.lowerBound)) \(seconds($0.ticks.upperBound)) \($0.id)\n"
      }.joined())
  }

  // MARK: Numbers and bytes

  /// Formats ticks as seconds, e.g. `6.2901`.
  private static func seconds(_ ticks: Int) -> String { decimal(ticks) }

  /// Formats a number given in ten-thousandths.
  private static func decimal(_ value: Int) -> String {
    let fraction = String(value % 10_000)
    return "\(value / 10_000)." + String(repeating: "0", count: 4 - fraction.count) + fraction
  }

  /// Formats ticks as seconds with leading zeros, e.g. `006.2901`.
  private static func paddedSeconds(_ ticks: Int) -> String {
    let text = seconds(ticks)
    return String(repeating: "0", count: max(0, 8 - text.utf8.count)) + text
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  private static func latin1(_ text: String) -> [UInt8] {
    // All of the text lies within Latin-1.
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }
}
