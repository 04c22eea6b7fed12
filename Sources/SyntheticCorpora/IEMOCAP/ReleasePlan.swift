import TensorCore

/// Everything about a synthetic release except sound and motion: dialogs, turns, times, labels, words.
struct ReleasePlan: Sendable {
  private(set) var dialogs: [ReleaseDialog] = []

  private let release: SyntheticRelease

  /// The random number streams of a plan.
  private enum Stream: UInt32 {
    case sizes = 200
    case labels, lengths, turn
  }

  init(_ release: SyntheticRelease) {
    self.release = release
    let sizes = Self.sizes(release)
    let count = sizes.reduce(0) { $0 + $1.turns }
    let lengths = Self.lengths(count, release)
    let apart = ReleaseCounts.apportion(
      release.isFullSize ? ReleaseCounts.apart : (count + 4) / 9, among: sizes.map { Double($0.turns) })
    let labels = (1...5).map { session in
      let own = sizes.filter { $0.session == session }
      let labels = Self.labels(session, count: own.reduce(0) { $0 + $1.turns }, release)
      return release.isFullSize ? Self.exchanged(labels, own, session) : labels
    }
    var used = [0, 0, 0, 0, 0]
    var first = 0
    for (size, apart) in zip(sizes, apart) {
      let mine = used[size.session - 1]
      used[size.session - 1] += size.turns
      dialogs.append(
        dialog(
          size, lengths: Array(lengths[first..<first + size.turns]), apart: apart,
          labels: Array(labels[size.session - 1][mine..<mine + size.turns]), first: first))
      first += size.turns
    }
    leaveScale()
  }

  // MARK: Sizes

  private struct Size {
    let session: Int
    let name: String
    var turns: Int
    /// Whether the wearer of the markers speaks first; the speakers alternate.
    var wearerStarts: Bool
  }

  private static func sizes(_ release: SyntheticRelease) -> [Size] {
    (1...5).flatMap { session -> [Size] in
      var random = PhiloxStream(seed: release.seed, stream: Stream.sizes.rawValue, step: UInt64(session))
      let all = ReleaseCounts.dialogs(session: session)
      let names = (release.isFullSize ? all : Array(all.prefix(release.dialogs))).sorted()
      let turns =
        release.isFullSize
        ? fullSizes(session, names, &random) : [Int](repeating: release.turns, count: names.count)
      // Of 147 dialogs with an odd number of turns, 142 favour the wearer by one turn and 5 the partner: 5,088 turns.
      return names.indices.map { index in
        Size(
          session: session, name: names[index], turns: turns[index],
          wearerStarts: release.isFullSize ? index > 0 : random.uniform() < 0.5)
      }
    }
  }

  /// Returns the number of turns of each dialog, which vary in length: odd numbers, except for the last dialog if the
  /// session's total requires it.
  private static func fullSizes(_ session: Int, _ names: [String], _ random: inout PhiloxStream) -> [Int] {
    let total = ReleaseCounts.turns[session - 1]
    let odd = names.count - (total - names.count) % 2
    // The turn whose alignment is missing is the 31st of its speaker.
    let weights = names.map { $0 == "Ses03F_impro07" ? 1.6 : random.uniform(0.6..<1.4) }
    let halves = ReleaseCounts.apportion((total - odd) / 2, among: weights)
    return halves.indices.map { 2 * halves[$0] + ($0 < odd ? 1 : 0) }
  }

  /// Returns the lengths of turns in ticks, with the requested mean.
  private static func lengths(_ count: Int, _ release: SyntheticRelease) -> [Int] {
    var random = PhiloxStream(seed: release.seed, stream: Stream.lengths.rawValue)
    let raw = (0..<count).map { _ in min(0.25 + random.gamma(shape: 3, scale: 0.25), 6) }
    let mean = release.isFullSize ? ReleaseCounts.hours * 3600 / Double(count) : release.seconds
    let factor = mean * Double(count) / raw.reduce(0, +)
    // Leaves room for a word, however short the turns are asked to be.
    return raw.map { max(5_000, Int($0 * factor * Double(ReleaseTurn.tickRate))) }
  }

  private static func labels(_ session: Int, count: Int, _ release: SyntheticRelease) -> [String] {
    var random = PhiloxStream(seed: release.seed, stream: Stream.labels.rawValue, step: UInt64(session))
    let table = ReleaseCounts.labels
    let counts =
      release.isFullSize
      ? table.map { $0.turns[session - 1] }
      : ReleaseCounts.apportion(count, among: table.map { Double($0.turns.reduce(0, +)) })
    let sorted = zip(table, counts).flatMap { [String](repeating: $0.name, count: $1) }
    return random.choose(count, of: Array(0..<count)).map { sorted[$0] }
  }

  /// Exchanges labels between improvised and scripted dialogs until as many turns of the four classes are improvised as
  /// in the real release.
  private static func exchanged(_ labels: [String], _ sizes: [Size], _ session: Int) -> [String] {
    let isImprovised = sizes.flatMap { [Bool](repeating: $0.name.contains("impro"), count: $0.turns) }
    let isOfFour = labels.map(ReleaseCounts.fourClasses.contains)
    let excess =
      labels.indices.count { isImprovised[$0] && isOfFour[$0] } - ReleaseCounts.improvisedFourClass[session - 1]
    let leaving = labels.indices.filter { isImprovised[$0] == (excess > 0) && isOfFour[$0] }
    let coming = labels.indices.filter { isImprovised[$0] != (excess > 0) && !isOfFour[$0] }
    var labels = labels
    for (one, other) in zip(leaving, coming).prefix(abs(excess)) { labels.swapAt(one, other) }
    return labels
  }

  // MARK: Dialogs

  private func dialog(_ size: Size, lengths: [Int], apart: Int, labels: [String], first: Int) -> ReleaseDialog {
    var dialog = ReleaseDialog(session: size.session, name: size.name, turns: [])
    let wearer = dialog.wearer
    let isApart = Self.places(apart, among: size.turns)
    var random = PhiloxStream(seed: release.seed, stream: Stream.turn.rawValue, step: UInt64(first))
    var start = 62_901 + random.integer(below: 20_000)
    var spoken: [Character: Int] = [:]
    for index in 0..<size.turns {
      if index > 0 {
        let end = dialog.turns[index - 1].ticks.upperBound
        let shorter = min(lengths[index], lengths[index - 1])
        // Two overlaps with one turn are shorter than the turn, so speakers never overlap themselves.
        start =
          isApart[index] || isApart[index - 1]
          ? end + 2_000 + random.integer(below: 12_000) : end - shorter / 10 - random.integer(below: shorter / 4)
      }
      let isWearer = (index % 2 == 0) == size.wearerStarts
      let speaker: Character = isWearer ? wearer : wearer == "F" ? "M" : "F"
      let number = String(spoken[speaker, default: 0])
      spoken[speaker, default: 0] += 1
      let maker = ReleaseTurnMaker(
        id: "\(size.name)_\(speaker)" + String(repeating: "0", count: 3 - number.count) + number, speaker: speaker,
        isOnMarker: isWearer, ticks: start..<start + lengths[index], label: labels[index],
        scene: size.name.contains("script") ? String(dialog.scene) : nil,
        hasWords: !(index == 6 && size.name.hasSuffix("F_impro01")), stream: UInt64(first + index))
      dialog.turns.append(maker.turn(seed: release.seed, gain: release.gain))
    }
    return dialog
  }

  /// Chooses which of `count` turns stand apart. The others form runs of two or more, as otherwise they would stand
  /// apart too.
  private static func places(_ apart: Int, among count: Int) -> [Bool] {
    let linked = count - apart
    let runs = max(1, min(apart + 1, linked / 2))
    let lengths = ReleaseCounts.apportion(linked, among: [Double](repeating: 1, count: runs))
    var places: [Bool] = []
    var left = apart
    for length in lengths {
      places += [Bool](repeating: false, count: length)
      if left > 0 { places.append(true) }
      left = max(0, left - 1)
    }
    return places + [Bool](repeating: true, count: left)
  }

  /// Moves the ratings of some turns off the scale, for two raters each, as in seven turns of the release: valence 5.5
  /// or dominance 0.5.
  private mutating func leaveScale() {
    let count = release.isFullSize ? ReleaseCounts.outOfScale : 2
    for number in 0..<count {
      let dialog = number * dialogs.count / count
      let turn = min(3, dialogs[dialog].turns.count - 1)
      let isValence = number % 2 == 0
      for (rater, shift) in [0, 1].enumerated() {
        if isValence { dialogs[dialog].turns[turn].ratings[rater].valence = 5 + shift }
        dialogs[dialog].turns[turn].ratings[rater].dominance = isValence ? 4 : shift
      }
      dialogs[dialog].turns[turn].ratings.removeLast(dialogs[dialog].turns[turn].ratings.count - 2)
    }
  }
}
