import Text

/// Which names of a list are clips of one recording, as far as their spelling shows.
///
/// Features of the raw, segmented files carry one name per clip: `video_3`, `video-3`, `video/3`, `video.3`, `video#3`,
/// `video$_$3`, `video_12.500_15.000`, `video_clip3`. Names of recordings may look like that by accident, since a video
/// site puts `-` and `_` into its names. So the list decides, not the name:
///
/// - `vid[k]` always belongs to `vid`; everything below is about what remains without it.
/// - A spelling groups names only if at least two share the part before the separator. Random names never do.
/// - It is **certain** when every name of the list is spelled that way (or is the bare name of such a recording), at
///   least half of the names share their recording with another, and the recordings' names look like names: most hold a
///   digit beside letters or a number of four digits, or there are ten of them. Otherwise it is **suspected**: a few
///   clips in a list of something else, class names with running numbers (`happy_01`), codes of two short numbers
///   (`03-11`), numbers of more than four digits.
/// - It is **none** if all names share one stem (`video_001` … `video_120` are recordings with running numbers), where
///   a name is a code of four parts or more that vary (RAVDESS's `03-01-07-02-02-02-11`), and for turns of dialogs,
///   whose names a corpus has a parser for.
public struct ClipGrouping: Sendable {
  /// How sure the grouping is.
  public enum Standing: Int, Hashable, Sendable, Comparable {
    /// No name points to another of the same recording.
    case none
    /// Some names look like clips; only an explicit list would settle it.
    case suspected
    /// All names follow one spelling.
    case certain

    /// By certainty.
    public static func < (first: Standing, second: Standing) -> Bool { first.rawValue < second.rawValue }
  }

  /// A recording and the names taken for its clips.
  public struct Group: Hashable, Sendable {
    /// What the names have in common: the recording.
    public let name: String
    /// At least two, sorted by their bytes.
    public let members: [String]
  }

  /// How sure it is.
  public let standing: Standing
  /// The spelling, as a reader would write it, e.g. `<recording>_<number>`; nil if nothing is grouped.
  public let rule: String?
  /// The recordings with several names, sorted by their bytes.
  public let groups: [Group]
  private let spelling: ClipSpelling?
  /// Names, without `[k]`, that are grouped under another name.
  private let stems: [String: String]

  /// Looks at all names of a list, across all splits; a name that occurs twice counts once.
  public init(of names: some Sequence<String>) {
    let bases = Set(names.map(Self.withoutSegment)).sortedByBytes()
    let evidence = ClipEvidence.best(among: bases)
    standing = evidence?.standing ?? .none
    rule = evidence?.spelling.pattern
    spelling = evidence?.spelling
    stems = evidence?.stems ?? [:]
    groups = (evidence?.shared ?? [:]).map { Group(name: $0.key, members: $0.value) }
      .sortedByBytes(\.name)
  }

  /// The recording of a name of the list: the part before `[k]` and, if the spelling is certain, before the clip.
  ///
  /// - Parameter believingSuspicion: treats a suspected spelling as certain, which can only group too much.
  public func recording(of name: String, believingSuspicion: Bool = false) -> String {
    let base = Self.withoutSegment(name)
    guard standing == .certain || (standing == .suspected && believingSuspicion) else { return base }
    return stems[base] ?? base
  }

  /// `vid` for `vid[3]` and `vid[3][0]`.
  private static func withoutSegment(_ name: String) -> String {
    var id = SampleID(parsing: name)
    while id.segment != nil { id = SampleID(parsing: id.recording) }
    return id.recording
  }
}

/// The evidence for one spelling of clips in a list of names.
struct ClipEvidence {
  let spelling: ClipSpelling
  let standing: ClipGrouping.Standing
  /// The recording of each name that is spelled that way.
  let stems: [String: String]
  /// Recordings with at least two names, the bare one included.
  let shared: [String: [String]]

  /// How many names share their recording with another.
  private var coveredCount: Int { shared.values.reduce(0) { $0 + $1.count } }

  /// The most convincing spelling; nil if none groups anything.
  ///
  /// - Parameter names: different ones, sorted by their bytes.
  static func best(among names: [String]) -> ClipEvidence? {
    let spelled = names.filter { !isTurnOfRelease($0) }.map { (name: $0, bytes: Array(ClipSpelling.withoutSuffix($0))) }
    if spelled.count < 2 || isCode(spelled.map(\.bytes)) { return nil }
    // A separator that no name holds groups nothing, and most of them stand in none.
    let held = spelled.reduce(into: Set<UInt8>()) { $0.formUnion($1.bytes) }
    var best: ClipEvidence?
    for spelling in ClipSpelling.all where held.isSuperset(of: spelling.separator.utf8) {
      guard let evidence = ClipEvidence(spelling, spelled, listed: names.count) else { continue }
      if best.map({ evidence.isStronger(than: $0) }) ?? true { best = evidence }
    }
    return best
  }

  private init?(_ spelling: ClipSpelling, _ names: [(name: String, bytes: [UInt8])], listed: Int) {
    var stems: [String: String] = [:]
    var members: [String: [String]] = [:]
    for (name, bytes) in names {
      guard let length = spelling.recordingLength(in: bytes) else { continue }
      let stem = String(decoding: bytes.prefix(length), as: UTF8.self)
      stems[name] = stem
      members[stem, default: []].append(name)
    }
    if stems.isEmpty { return nil }
    var explained = stems.count
    for (name, bytes) in names where stems[name] == nil {
      let bare = String(decoding: bytes, as: UTF8.self)
      if members[bare] == nil { continue }
      explained += 1
      members[bare, default: []].append(name)
    }
    // One stem for nearly all names: the recordings of one corpus are numbered consecutively.
    if members.count == 1, explained * 10 >= listed * 9 { return nil }
    shared = members.filter { $0.value.count > 1 }
    if shared.isEmpty { return nil }
    self.spelling = spelling
    self.stems = stems
    let covered = shared.values.reduce(0) { $0 + $1.count }
    let isCertain =
      explained == listed && covered * 2 >= listed && members.count > 1 && Self.areNames(Array(shared.keys))
      && !Self.haveLongNumbers(names, spelling)
    standing = isCertain ? .certain : .suspected
  }

  /// The more certain one, then the one that covers more; of two equals, the one with the smaller groups.
  private func isStronger(than other: ClipEvidence) -> Bool {
    (standing.rawValue, coveredCount, shared.count) > (other.standing.rawValue, other.coveredCount, other.shared.count)
  }

  // MARK: - What names look like

  /// Ten stems without a digit are still names: a corpus has fewer classes.
  private static let fewNames = 10

  private static func areNames(_ stems: [String]) -> Bool {
    let telling = stems.count { stem in
      let digits = stem.utf8.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      let hasLetter = stem.unicodeScalars.contains { $0.properties.isAlphabetic }
      return hasLetter ? digits.contains(true) : longestRun(of: digits) >= 4
    }
    let lettered = stems.count { stem in stem.unicodeScalars.contains { $0.properties.isAlphabetic } }
    return telling * 2 >= stems.count || lettered >= fewNames
  }

  private static func longestRun(of flags: [Bool]) -> Int {
    var (longest, current) = (0, 0)
    for flag in flags {
      current = flag ? current + 1 : 0
      longest = max(longest, current)
    }
    return longest
  }

  /// Numbers of more than four digits are more than a clip's number: a second name, a date, a time.
  private static func haveLongNumbers(_ names: [(name: String, bytes: [UInt8])], _ spelling: ClipSpelling) -> Bool {
    guard spelling.tail == .number else { return false }
    return names.contains { name in
      guard let length = spelling.recordingLength(in: name.bytes) else { return false }
      let number = name.bytes.dropFirst(length + spelling.separator.utf8.count)
      // Leading zeros are not part of the number: CH-SIMS v2 has five digits.
      return number.drop { $0 == UInt8(ascii: "0") }.count > 4
    }
  }

  /// `Ses01F_impro04_F005` and the like, with any prefix.
  private static func isTurnOfRelease(_ name: String) -> Bool {
    guard let range = name.firstRange(of: "Ses0") else { return false }
    let rest = Array(name[range.upperBound...].utf8.prefix(3))
    return rest.count == 3 && UInt8(ascii: "1")...UInt8(ascii: "5") ~= rest[0]
      && (rest[1] == UInt8(ascii: "F") || rest[1] == UInt8(ascii: "M") || rest[1] == UInt8(ascii: "_"))
  }

  /// Whether all names have the same number of parts and four or more of these vary: a code of conditions, not a clip.
  private static func isCode(_ names: [[UInt8]]) -> Bool {
    let separators = Array("_-/.# ".utf8)
    func isDigit(_ place: Int, _ name: [UInt8]) -> Bool {
      name.indices.contains(place) && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(name[place])
    }
    // A decimal point is not a separator: `video_12.5_15.0` has three parts.
    func parts(_ name: [UInt8]) -> [ArraySlice<UInt8>] {
      var parts: [ArraySlice<UInt8>] = []
      var start = 0
      for place in name.indices where separators.contains(name[place]) {
        if name[place] == UInt8(ascii: "."), isDigit(place - 1, name), isDigit(place + 1, name) { continue }
        parts.append(name[start..<place])
        start = place + 1
      }
      return parts + [name[start...]]
    }
    let first = parts(names[0])
    if first.count < 5 { return false }
    var varies = [Bool](repeating: false, count: first.count)
    for name in names.dropFirst() {
      let own = parts(name)
      if own.count != first.count { return false }
      for place in own.indices where !own[place].elementsEqual(first[place]) { varies[place] = true }
    }
    return varies.count { $0 } >= 4
  }
}
