import Corpora
import Samples

/// How one modality of one recording becomes rows: units, each the mean of some source rows, and the units that make up
/// each segment.
///
/// At word granularity a unit is a word that some segment holds (a word in two segments is one unit) or a segment that is
/// kept without one, at frame granularity a source row in a segment, at video granularity the whole recording.
struct RowUnits: Sendable {
  /// What to average; `destination` is the unit's number.
  var tasks = RowTasks()
  /// One byte per unit: 1 if it has at least one source row.
  var mask: [UInt8] = []
  /// One interval per unit: where its source rows lie.
  var intervals: [Interval] = []
  /// The units of each segment, in order of time.
  var segments: [[Int]] = []

  /// How many units there are.
  var count: Int { mask.count }

  /// Whether the segments use the units in order, each once.
  var isOneRowEach: Bool {
    var next = 0
    for segment in segments {
      for unit in segment {
        if unit != next { return false }
        next += 1
      }
    }
    return next == count
  }

  /// Reserves room for units, so that their lists need not grow.
  private mutating func reserve(_ count: Int) {
    tasks.reserve(count)
    mask.reserveCapacity(count)
    intervals.reserveCapacity(count)
  }

  /// Adds the unit made of `rows`; without rows it is missing, and `fallback` is its interval.
  mutating func append(rows: [Int], extent: Interval?, fallback: Interval) {
    if rows.isEmpty {
      mask.append(0)
    } else {
      tasks.append(destination: mask.count, rows: rows)
      mask.append(1)
    }
    intervals.append(extent ?? fallback)
  }
}

/// The words in the segments of a recording, each a unit of rows.
struct WordSegments: Sendable {
  /// What a unit covers.
  enum Unit: Hashable, Sendable {
    /// A word: a position in the timeline.
    case word(Int)
    /// A segment in which no word is said, whole.
    case wordless(Interval)
  }

  /// The segments that are kept, each with the numbers of its units.
  private(set) var segments: [(segment: LabelledSegment, units: [Int])] = []
  /// Each word that some segment holds, once, in the order in which the segments first name it, and each segment that is
  /// kept without one.
  private(set) var units: [Unit] = []
  /// Segments without a word that are not kept.
  private(set) var withoutWords: [LabelledSegment] = []

  /// How many units are words.
  var wordCount: Int { units.count { if case .word = $0 { true } else { false } } }

  /// Assigns words to segments by the word's own interval, so that all modalities of a sample have the same number of
  /// rows. Words shorter than the tolerance are not reference rows (CMU SDK: `mmdataset.align`).
  ///
  /// - Parameter keepsWordless: whether a segment without a word is kept, as one unit.
  init(
    segments: [LabelledSegment], timeline: RowTimeline, keepsWordless: (LabelledSegment) -> Bool = { _ in false }
  ) {
    var numberOfPosition: [Int: Int] = [:]
    for segment in segments {
      var numbers: [Int] = []
      timeline.forEachOverlap(with: segment.interval) { position, _ in
        if timeline.interval(at: position).isEmpty { return }
        if let number = numberOfPosition[position] {
          numbers.append(number)
        } else {
          numbers.append(units.count)
          numberOfPosition[position] = units.count
          units.append(.word(position))
        }
      }
      if numbers.isEmpty, keepsWordless(segment) {
        numbers.append(units.count)
        units.append(.wordless(segment.interval))
      }
      if numbers.isEmpty {
        withoutWords.append(segment)
      } else {
        self.segments.append((segment, numbers))
      }
    }
  }
}

extension WordSegments {
  /// All words belong to the segment, whatever their intervals.
  ///
  /// - Parameter keepsWordless: whether the segment is kept, as one unit, if there is no word at all.
  init(
    whole segment: LabelledSegment, timeline: RowTimeline, keepsWordless: (LabelledSegment) -> Bool = { _ in false }
  ) {
    units = (0..<timeline.count).map { .word($0) }
    if units.isEmpty, keepsWordless(segment) { units = [.wordless(segment.interval)] }
    if units.isEmpty { withoutWords = [segment] } else { segments = [(segment, Array(units.indices))] }
  }

  /// What became of the words of a timeline: `words.used`, `words.repeated`, `words.empty_interval`,
  /// `words.in_left_out_segments` (labelled, but not asked for), `words.outside_segments`; and
  /// `words.wordless_segments`, segments that are kept without one.
  func counts(of timeline: RowTimeline, leftOut: [Interval]) -> Tally {
    var isUsed = [Bool](repeating: false, count: timeline.count)
    for case .word(let position) in units { isUsed[position] = true }
    var tally = Tally()
    for position in 0..<timeline.count where !isUsed[position] {
      let word = timeline.interval(at: position)
      if word.isEmpty {
        tally.add(1, to: "words.empty_interval")
      } else if leftOut.contains(where: { word.clipped(to: $0) != nil }) {
        tally.add(1, to: "words.in_left_out_segments")
      } else {
        tally.add(1, to: "words.outside_segments")
      }
    }
    tally.add(wordCount, to: "words.used")
    tally.add(segments.reduce(0) { $0 + $1.units.count } - units.count, to: "words.repeated")
    tally.add(units.count - wordCount, to: "words.wordless_segments")
    return tally
  }
}

extension RowUnits {
  /// One unit per word, from the row with the word's number: for samples with as many rows of words as of another
  /// modality. A row without a usable time takes the word's.
  init(pairing words: WordSegments, reference: RowTimeline, timeline: RowTimeline) {
    var intervals: [Int: Interval] = [:]
    for position in 0..<timeline.count { intervals[timeline.rows[position]] = timeline.interval(at: position) }
    for unit in words.units {
      switch unit {
      case .word(let position):
        let row = reference.rows[position]
        append(rows: [row], extent: intervals[row], fallback: reference.interval(at: position))
      case .wordless(let interval): append(rows: [], extent: nil, fallback: interval)
      }
    }
    segments = words.segments.map(\.units)
  }

  /// One unit per row, all in one segment; a row for which `hasValue` is false is missing.
  init(allOf timeline: RowTimeline, hasValue: (Int) -> Bool) {
    reserve(timeline.count)
    for position in 0..<timeline.count {
      let (row, interval) = (timeline.rows[position], timeline.interval(at: position))
      append(rows: hasValue(row) ? [row] : [], extent: interval, fallback: interval)
    }
    segments = [Array(0..<count)]
  }

  /// One unit per word, or per segment without one: the mean of the rows that overlap it.
  init(words: WordSegments, reference: RowTimeline, timeline: RowTimeline) {
    var rows: [Int] = []
    for unit in words.units {
      let whole =
        switch unit {
        case .word(let position): reference.interval(at: position)
        case .wordless(let interval): interval
        }
      rows.removeAll(keepingCapacity: true)
      var extent = Interval(start: .infinity, end: -.infinity)
      timeline.forEachOverlap(with: whole) { position, part in
        rows.append(timeline.rows[position])
        extent.start = min(extent.start, part.start)
        extent.end = max(extent.end, part.end)
      }
      append(rows: rows, extent: rows.isEmpty ? nil : extent, fallback: whole)
    }
    segments = words.segments.map(\.units)
  }

  /// One unit per word, from the word's own row; a row for which `hasValue` is false is missing, and so is a unit
  /// without a word.
  init(words: WordSegments, reference: RowTimeline, hasValue: (Int) -> Bool) {
    for unit in words.units {
      switch unit {
      case .word(let position):
        let row = reference.rows[position]
        let word = reference.interval(at: position)
        append(rows: hasValue(row) ? [row] : [], extent: word, fallback: word)
      case .wordless(let interval): append(rows: [], extent: nil, fallback: interval)
      }
    }
    segments = words.segments.map(\.units)
  }

  /// One unit per word of each segment, or one of all its words, from rows that belong to the segment: a word in two of
  /// them is two units.
  ///
  /// - Parameters:
  ///   - isOneEach: whether a segment is one unit, of the first of its rows.
  ///   - rows: the row of each word of a sample, given the words' numbers; nil for one without.
  init(
    words: WordSegments, reference: RowTimeline, isOneEach: Bool,
    rows: (_ sample: SampleID, _ words: [Int]) throws -> [Int?]
  ) throws {
    for (segment, numbers) in words.segments {
      let first = count
      var positions: [Int] = []
      for number in numbers {
        switch words.units[number] {
        case .word(let position): positions.append(position)
        case .wordless(let interval): append(rows: [], extent: nil, fallback: interval)
        }
      }
      let own = try rows(segment.id, positions.map { reference.rows[$0] })
      if isOneEach, let start = positions.first, let end = positions.last {
        let hull = Interval(start: reference.starts[start], end: reference.interval(at: end).end)
        append(rows: own.first.flatMap { $0.map { [$0] } } ?? [], extent: hull, fallback: hull)
      } else {
        for (position, row) in zip(positions, own) {
          let word = reference.interval(at: position)
          append(rows: row.map { [$0] } ?? [], extent: word, fallback: word)
        }
      }
      segments.append(Array(first..<count))
    }
  }

  /// One unit per row of words that overlaps a segment, clipped to the segment, from rows that belong to the segment.
  ///
  /// - Parameter rows: the row of each word of a sample, given the words' numbers; nil for one without.
  init(
    segments labelled: [LabelledSegment], timeline: RowTimeline,
    rows: (_ sample: SampleID, _ words: [Int]) throws -> [Int?]
  ) throws {
    for segment in labelled {
      let first = count
      var parts: [(row: Int, interval: Interval)] = []
      timeline.forEachOverlap(with: segment.interval) { parts.append((timeline.rows[$0], $1)) }
      for (part, row) in zip(parts, try rows(segment.id, parts.map(\.row))) {
        append(rows: row.map { [$0] } ?? [], extent: part.interval, fallback: part.interval)
      }
      segments.append(Array(first..<count))
    }
  }

  /// One unit per row that overlaps a segment, clipped to the segment; a row in two segments is two units.
  init(segments labelled: [LabelledSegment], timeline: RowTimeline, hasValue: (Int) -> Bool) {
    reserve(timeline.count)
    for segment in labelled {
      let first = count
      timeline.forEachOverlap(with: segment.interval) { position, part in
        let row = timeline.rows[position]
        append(rows: hasValue(row) ? [row] : [], extent: part, fallback: part)
      }
      segments.append(Array(first..<count))
    }
  }

  /// One unit: the mean of all rows of the recording, whatever their intervals.
  ///
  /// - Parameter recording: the unit's interval if the modality has no row with a usable one.
  init(wholeOf rowCount: Int, timeline: RowTimeline, recording: Interval, hasValue: (Int) -> Bool) {
    append(rows: (0..<rowCount).filter(hasValue), extent: timeline.hull, fallback: recording)
    segments = [[0]]
  }
}
