import Samples

/// How one modality of one recording becomes rows: units, each the mean of some source rows, and for each segment the
/// units that it is made of.
///
/// At word granularity a unit is a word that some segment holds (a word in two segments is one unit), at frame
/// granularity a source row in a segment, at video granularity the whole recording.
struct RowUnits: Sendable {
  /// What to average; `destination` is the unit's number.
  var tasks = RowTasks()
  /// A byte a unit: 1 where it has at least one source row.
  var mask: [UInt8] = []
  /// A stretch of time a unit: where its source rows lie.
  var intervals: [Interval] = []
  /// The units of each segment, in order of time.
  var segments: [[Int]] = []

  /// How many units there are.
  var count: Int { mask.count }

  /// Whether the segments take the units one after the other, each once.
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

/// The words that the segments of a recording hold.
struct WordSegments: Sendable {
  /// Segments with at least one word, and for each the numbers of its words in `words`.
  private(set) var segments: [(segment: LabelledSegment, words: [Int])] = []
  /// Each word that some segment holds, once, in the order in which the segments first name it: positions in the
  /// timeline.
  private(set) var words: [Int] = []
  /// Segments without a word.
  private(set) var withoutWords: [LabelledSegment] = []

  /// Assigns words to segments by the word's own interval, so that all modalities of a sample have equally many rows.
  /// Words shorter than the tolerance are no reference rows (CMU SDK: `mmdataset.align`).
  init(segments: [LabelledSegment], timeline: RowTimeline) {
    var numberOfPosition: [Int: Int] = [:]
    for segment in segments {
      var numbers: [Int] = []
      timeline.forEachOverlap(with: segment.interval) { position, _ in
        if timeline.interval(at: position).isEmpty { return }
        if let number = numberOfPosition[position] {
          numbers.append(number)
        } else {
          numbers.append(words.count)
          numberOfPosition[position] = words.count
          words.append(position)
        }
      }
      if numbers.isEmpty {
        withoutWords.append(segment)
      } else {
        self.segments.append((segment, numbers))
      }
    }
  }
}

extension RowUnits {
  /// A unit a word: the mean of the rows that overlap the word.
  init(words: WordSegments, reference: RowTimeline, timeline: RowTimeline) {
    var rows: [Int] = []
    for position in words.words {
      let word = reference.interval(at: position)
      rows.removeAll(keepingCapacity: true)
      var extent = Interval(start: .infinity, end: -.infinity)
      timeline.forEachOverlap(with: word) { position, part in
        rows.append(timeline.rows[position])
        extent.start = min(extent.start, part.start)
        extent.end = max(extent.end, part.end)
      }
      append(rows: rows, extent: rows.isEmpty ? nil : extent, fallback: word)
    }
    segments = words.segments.map(\.words)
  }

  /// A unit a word, from the word's own row; a row for which `hasValue` is false is missing.
  init(words: WordSegments, reference: RowTimeline, hasValue: (Int) -> Bool) {
    for position in words.words {
      let row = reference.rows[position]
      let word = reference.interval(at: position)
      append(rows: hasValue(row) ? [row] : [], extent: word, fallback: word)
    }
    segments = words.segments.map(\.words)
  }

  /// A unit a row that overlaps a segment, clipped to the segment; a row in two segments is two units.
  init(segments labelled: [LabelledSegment], timeline: RowTimeline, hasValue: (Int) -> Bool) {
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
  /// - Parameter recording: the unit's interval where the modality has no row with a usable one.
  init(wholeOf rowCount: Int, timeline: RowTimeline, recording: Interval, hasValue: (Int) -> Bool) {
    append(rows: (0..<rowCount).filter(hasValue), extent: timeline.hull, fallback: recording)
    segments = [[0]]
  }
}
