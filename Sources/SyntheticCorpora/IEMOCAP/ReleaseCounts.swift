/// The numbers of dialogs, turns and labels in the IEMOCAP release.
///
/// The totals, the turns of each session and the sums for four classes are those of the release. The counts of the
/// frequent labels in each session agree with all of them; the distribution of the five rarest labels over sessions is
/// made up.
enum ReleaseCounts {
  /// The numbers of turns in sessions 1 to 5.
  static let turns = [1819, 1811, 2136, 2103, 2170]
  /// The number of turns whose speaker wears the markers.
  static let onMarker = 5088
  /// The number of turns that do not overlap any turn of the partner: 10,039 − 8,941.
  static let apart = 1098
  /// The length of all recordings, in hours.
  static let hours = 12.4
  /// The number of turns whose label is off the scale.
  static let outOfScale = 7

  /// The number of turns with each label, by session.
  static let labels: [(name: String, turns: [Int])] = [
    ("xxx", [428, 436, 569, 557, 517]), ("fru", [280, 325, 382, 481, 381]), ("neu", [384, 362, 320, 258, 384]),
    ("ang", [229, 137, 240, 327, 170]), ("sad", [194, 197, 305, 143, 245]), ("exc", [143, 210, 151, 238, 299]),
    ("hap", [135, 117, 135, 65, 143]), ("sur", [18, 19, 24, 24, 22]), ("fea", [7, 7, 9, 9, 8]),
    ("oth", [1, 0, 1, 1, 0]), ("dis", [0, 1, 0, 0, 1]),
  ]

  /// The numbers of improvised turns in sessions 1 to 5 whose label is one of the four classes of most papers: 2,943.
  static let improvisedFourClass = [521, 530, 627, 534, 731]
  /// The labels of these classes.
  static let fourClasses: Set<String> = ["ang", "hap", "exc", "neu", "sad"]

  /// Returns the dialogs of a session: 28, 30, 32, 30 and 31 of them. The first ones alternate between improvised and
  /// scripted and between the wearers of the markers, so that even a few of them include all kinds.
  static func dialogs(session: Int) -> [String] {
    let improvised = (1...(session == 1 ? 7 : 8)).map { "impro0\($0)" }
    let scripts = ["script01_1", "script01_2", "script01_3", "script02_1", "script02_2", "script03_1", "script03_2"]
    var male = improvised
    if session == 3 { male = male.flatMap { ["impro05", "impro08"].contains($0) ? [$0 + "a", $0 + "b"] : [$0] } }
    let maleScripts = (session == 5 ? ["script01_1b"] : []) + scripts
    let columns = [("F", improvised), ("M", maleScripts), ("M", male), ("F", scripts)]
    let rows = 0..<(columns.map(\.1.count).max() ?? 0)
    return rows.flatMap { row in
      columns.compactMap { actor, names in row < names.count ? "Ses0\(session)\(actor)_\(names[row])" : nil }
    }
  }

  /// Divides `total` in proportion to weights, into integers that add up to it.
  static func apportion(_ total: Int, among weights: [Double]) -> [Int] {
    let sum = weights.reduce(0, +)
    var running = 0.0
    var given = 0
    return weights.map { weight in
      running += weight
      let next = Int((Double(total) * running / sum).rounded())
      defer { given = next }
      return next - given
    }
  }
}
