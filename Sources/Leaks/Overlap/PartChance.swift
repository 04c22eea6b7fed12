import Foundation

/// How likely two recordings fit together as well as two do by chance: their segments never overlap, touch, and have numbers
/// that complete each other.
struct PartChance {
  /// How two recordings fit together.
  struct Fit {
    /// The stretches of the part that fill a gap of the other to the tick, and the first of them.
    var filled: [Range<Int>] = []
    /// Whether the part's stretches lie between those of the other.
    var isApart = false
    /// Whether the numbers of both together leave none out.
    var completesNumbers = false
    /// The probability of that for two recordings that have nothing to do with each other.
    var chance = 1.0
  }

  /// The recordings that a time belongs to, where these are at most two: times that more recordings have are those of a grid.
  private let owners: [Int: [Int]]
  /// The probability that a time of a recording is one of another's times.
  private let meeting: Double
  /// The number with which recordings begin, as a rule.
  private let start: Int
  private let isWhole: [Bool]
  private let wholeCount: Int
  private let numberedCount: Int
  /// The number of recordings without gaps in their numbers, by their number of segments.
  private let sizes: [Int: Int]
  private let recordings: [RecordingParts]

  /// The probability, at most, that a segment is apart from those of other numbers of another recording.
  private static let apartByNumber = 0.5

  init(_ recordings: [RecordingParts]) {
    self.recordings = recordings
    var owners: [Int: [Int]] = [:]
    for (index, recording) in recordings.enumerated() {
      for time in recording.stretches.flatMap({ [$0.lowerBound, $0.upperBound] }) where (owners[time]?.count ?? 0) < 3 {
        owners[time, default: []].append(index)
      }
    }
    self.owners = owners.filter { $0.value.count < 3 }
    // Of n times drawn from N, n² / 2N meet another one.
    let times = Double(self.owners.values.reduce(0) { $0 + $1.count })
    let meetings = Double(self.owners.values.count { $0.count == 2 })
    meeting = min(1, 2 * max(1, meetings) / max(1, times * times))
    let numbered = recordings.filter { !$0.numbers.isEmpty }
    numberedCount = numbered.count
    let starts = Dictionary(grouping: numbered, by: { $0.numbers[0] }).mapValues(\.count)
    let start = starts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    self.start = start
    isWhole = recordings.map { $0.numbers.first == start && $0.numbers.last == start + $0.numbers.count - 1 }
    wholeCount = isWhole.count { $0 }
    sizes = Dictionary(
      grouping: recordings.indices.filter { [isWhole] in isWhole[$0] }, by: { recordings[$0].numbers.count }
    )
    .mapValues(\.count)
  }

  /// Pairs of recordings that share a time which no third one has.
  var meetings: [(Int, Int)] {
    owners.values.compactMap { $0.count == 2 && $0[0] != $0[1] ? (min($0[0], $0[1]), max($0[0], $0[1])) : nil }
  }

  /// Whether a recording has anything by which it could be a part of another: times, or a gap in its numbers.
  func isOpen(_ recording: Int) -> Bool {
    !recordings[recording].stretches.isEmpty || !recordings[recording].numbers.isEmpty && !isWhole[recording]
  }

  /// How a recording fits into another, which has as many stretches or more.
  func fit(_ part: Int, into whole: Int) -> Fit {
    var fit = Fit()
    let (own, other) = (recordings[part].stretches, recordings[whole].stretches)
    if let own = own.first, let other = other.first, own.lowerBound < other.upperBound,
      other.lowerBound < own.upperBound
    {
      return fit
    }
    if !own.isEmpty, !other.isEmpty { place(own, between: other, part, whole, &fit) }
    if own.isEmpty || other.isEmpty { number(part, whole, touch: false, &fit) }
    return fit
  }

  private func place(_ own: [Range<Int>], between other: [Range<Int>], _ part: Int, _ whole: Int, _ fit: inout Fit) {
    let first = min(own[0].lowerBound, other[0].lowerBound)
    let last = max(own[own.count - 1].upperBound, other[other.count - 1].upperBound)
    let gaps = (0...other.count).map { place -> Range<Int> in
      let start = place == 0 ? first : other[place - 1].upperBound
      return start..<max(start, place == other.count ? last : other[place].lowerBound)
    }
    func meets(_ time: Int) -> Bool { Set(owners[time] ?? []) == [part, whole] }
    var touches = 1.0
    for stretch in own {
      guard let gap = gaps.first(where: { $0.lowerBound <= stretch.lowerBound && stretch.upperBound <= $0.upperBound })
      else { return fit = Fit() }
      let ends = [stretch.lowerBound, stretch.upperBound].filter(meets)
      if ends.count == 2, gap == stretch { fit.filled.append(stretch) }
      let free = gaps.reduce(0) { $0 + max(0, $1.count - stretch.count) }
      let loose = min(1, Double(free) / Double(max(1, last - first - stretch.count)))
      let touching = min(1, 2 * Double(other.count) * meeting * (ends.count == 2 ? meeting : 1))
      let isOnGrid = gap.lowerBound == stretch.lowerBound || gap.upperBound == stretch.upperBound
      switch ends.count {
      // Where many recordings have these times, they say nothing.
      case 0: fit.chance *= isOnGrid ? 1 : loose
      case 1:
        fit.chance *= max(loose, touching)
        touches *= touching / max(loose, touching)
      default: touches *= touching
      }
    }
    fit.isApart = true
    number(part, whole, touch: touches < 1, &fit)
    fit.chance *= touches
  }

  private func number(_ part: Int, _ whole: Int, touch: Bool, _ fit: inout Fit) {
    let (own, other) = (recordings[part].numbers, recordings[whole].numbers)
    let count = own.count + other.count
    guard let least = own.first, let most = own.last, let otherLeast = other.first, let otherMost = other.last,
      min(least, otherLeast) == start, max(most, otherMost) == start + count - 1, Set(own).isDisjoint(with: other),
      // One that begins late is completed by many that are whole.
      touch || !isWhole[part] && !isWhole[whole]
    else { return }
    // Recordings that lack a segment may lack any number of theirs, and any of as many.
    let ways = (1...own.count).reduce(1.0) { $0 * Double(other.count + $1) / Double($1) }
    let length = (Double(sizes[count] ?? 0) + 0.5) / Double(wholeCount + 1)
    let lacking = (Double(numberedCount - wholeCount) + 0.5) / Double(numberedCount + 1)
    if isWhole[part] || isWhole[whole] {
      // It comes after the end of all of them, so that only the touch is known from its times.
      let size = Double(sizes[isWhole[part] ? own.count : other.count] ?? 0) / Double(numberedCount)
      fit.chance = lacking * length * size / Double(2 * count)
    } else {
      // Segments of different numbers are seldom said at the same time.
      let apart = fit.isApart ? max(fit.chance, pow(Self.apartByNumber, Double(recordings[part].stretches.count))) : 1
      fit.chance = apart * lacking * lacking * length / (Double(count) * ways)
    }
    fit.completesNumbers = true
  }
}
