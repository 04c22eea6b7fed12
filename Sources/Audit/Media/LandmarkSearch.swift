import Workers

/// Finds sounds that have the same landmarks at the same distance in time.
struct LandmarkSearch: Sendable {
  /// Two sounds, and how well they fit.
  struct Match: Hashable, Sendable {
    let pair: SamplePair
    /// Frames by which the first begins later than the second.
    let offset: Int
    /// Landmarks that both have, at that offset.
    let aligned: Int
    /// Landmarks of the one that has fewer.
    let fewer: Int
  }

  /// Landmarks that must agree: unrelated sounds agree in two or three by chance.
  static let fewestAligned = 10
  /// The share of the landmarks of the sound that has fewer: half of a sound with noise keeps more.
  static let fewestShare = 0.12
  /// So many times more must agree at one offset than at any other: what hums or beats agrees at many.
  static let prominence = 3
  /// Landmarks of a key that are all compared; of more, a few of each split.
  private static let crowd = 256
  private static let pivotCount = 8

  private let sounds: [[Landmark]]
  private let rule: PairRule
  /// The sounds and frames of each key, one key after another.
  private var members: [(sound: Int32, frame: Int32)] = []
  private var starts: [Int32]

  /// - Parameters:
  ///   - sounds: the landmarks of each.
  ///   - rule: which of them are compared.
  init(_ sounds: [[Landmark]], _ rule: PairRule) {
    self.sounds = sounds
    self.rule = rule
    starts = Array(repeating: 0, count: Landmark.keyCount + 1)
    for landmark in sounds.joined() { starts[Int(landmark.key) + 1] += 1 }
    for key in 0..<Landmark.keyCount { starts[key + 1] += starts[key] }
    members = Array(repeating: (0, 0), count: Int(starts[Landmark.keyCount]))
    var next = starts
    for (number, landmarks) in sounds.enumerated() {
      for landmark in landmarks {
        members[Int(next[Int(landmark.key)])] = (Int32(number), landmark.frame)
        next[Int(landmark.key)] += 1
      }
    }
  }

  /// The pairs that fit, sorted.
  func run(threads: Int) throws -> [Match] {
    let search = self
    let tasks = (sounds.count + Self.soundsPerTask - 1) / Self.soundsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
      let first = task * Self.soundsPerTask
      return (first..<min(first + Self.soundsPerTask, search.sounds.count)).flatMap(search.matches)
    }.joined().sorted { $0.pair < $1.pair }
  }

  private static let soundsPerTask = 32

  /// The sounds before one that fit it.
  private func matches(of sound: Int) -> [Match] {
    var meetings: [UInt64] = []
    for landmark in sounds[sound] {
      for place in compared(with: Int(landmark.key)) {
        let other = members[place]
        if Int(other.sound) >= sound || !rule.wants(Int(other.sound), sound) { continue }
        let offset = UInt64(Int(other.frame) - Int(landmark.frame) + Self.bias)
        meetings.append(UInt64(other.sound) << 32 | offset)
      }
    }
    if meetings.count < Self.fewestAligned { return [] }
    meetings.sort()
    var matches: [Match] = []
    var start = 0
    while start < meetings.count {
      let other = meetings[start] >> 32
      var end = start + 1
      while end < meetings.count, meetings[end] >> 32 == other { end += 1 }
      if end - start >= Self.fewestAligned, let match = match(Int(other), sound, meetings[start..<end]) {
        matches.append(match)
      }
      start = end
    }
    return matches
  }

  private static let bias = 1 << 30

  /// The places of `members` that a key's landmark is compared with.
  private func compared(with key: Int) -> [Int] {
    let range = Int(starts[key])..<Int(starts[key + 1])
    if range.count <= Self.crowd { return Array(range) }
    var counts: [Int: Int] = [:]
    return range.filter { place in
      let split = rule.splits[Int(members[place].sound)]
      counts[split, default: 0] += 1
      return counts[split] ?? 0 <= Self.pivotCount
    }
  }

  /// What two sounds that meet come to.
  ///
  /// - Parameter meetings: of one other sound, sorted by the offset.
  private func match(_ other: Int, _ sound: Int, _ meetings: ArraySlice<UInt64>) -> Match? {
    var counts: [(offset: Int, count: Int)] = []
    for meeting in meetings {
      let offset = Int(meeting & 0xffff_ffff) - Self.bias
      if counts.last?.offset == offset { counts[counts.count - 1].count += 1 } else { counts.append((offset, 1)) }
    }
    // A shift by half a frame divides the landmarks between two offsets.
    func together(_ place: Int) -> Int {
      let next = place + 1
      return counts[place].count
        + (next < counts.count && counts[next].offset == counts[place].offset + 1 ? counts[next].count : 0)
    }
    guard let best = counts.indices.max(by: { together($0) < together($1) }) else { return nil }
    let aligned = together(best)
    let fewer = min(sounds[other].count, sounds[sound].count)
    guard aligned >= Self.fewestAligned, Double(aligned) >= Self.fewestShare * Double(fewer) else { return nil }
    let rival = counts.indices.filter { abs(counts[$0].offset - counts[best].offset) > 2 }.map(together).max() ?? 0
    if aligned < Self.prominence * rival { return nil }
    return Match(pair: SamplePair(other, sound), offset: counts[best].offset, aligned: aligned, fewer: fewer)
  }
}
