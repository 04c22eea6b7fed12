import Corpora
import Files
import Samples
import TensorCore

/// One modality of one recording at a time: its intervals, its words, and its features on their way into units.
///
/// One per worker and modality; keeps its buffers from one recording to the next.
final class ModalityInput {
  let modality: Modality
  private let reader: any SequenceReader
  private let vectors: WordVectors?
  /// Words that get no rows.
  private let pauses: PauseWords
  /// Vectors of the words of the current recording, [rows, width].
  private let matrix = FloatBuffer()
  /// [units, width]
  private let units = FloatBuffer()
  private var cleaner: CellCleaner
  private let width: Int

  /// Rows of the current recording.
  private(set) var rowCount = 0
  /// Its words, if its rows are words.
  private(set) var words: [String]?
  /// How ready-made rows of values belong to its rows; nil if there is one for each.
  private(set) var ready: ReadyRows?

  /// - Parameter width: columns of a unit: the source's, or the word vectors' if its rows are words.
  init(
    modality: Modality, source: any ModalitySequence, width: Int, vectors: WordVectors?, cleaning: CleaningMode,
    pauses: PauseWords
  ) {
    self.modality = modality
    reader = source.makeReader()
    self.width = width
    self.vectors = vectors
    self.pauses = pauses
    cleaner = CellCleaner(width: width, mode: cleaning)
  }

  /// Moves to a recording: reads its intervals, and its words if its rows are words.
  func open(_ recording: String, counting tally: inout Tally) throws -> RowTimeline {
    let times = try reader.open(recording)
    rowCount = times.rowCount
    words = times.words
    ready = times.ready
    let timeline = RowTimeline(
      intervals: times.intervals, excluding: words.map { $0.map(pauses.contains) })
    tally.add(rowCount, to: "\(modality).rows_read")
    tally.add(timeline.nonFiniteCount, to: "\(modality).intervals_non_finite")
    tally.add(timeline.reversedCount, to: "\(modality).intervals_reversed")
    tally.add(timeline.excludedCount, to: "\(modality).pauses")
    return timeline
  }

  /// Whether a row has features: a word needs a vector, and a pause counts only if pauses are kept; rows of numbers
  /// always have them.
  func hasValue(_ row: Int) -> Bool {
    if let ready { return ready.isPresent.isEmpty || ready.isPresent[row] }
    guard let words else { return true }
    if pauses.contains(words[row]) { return false }
    return vectors?.vector(of: words[row]) != nil
  }

  /// XXH3-128 of all that was read of the recording.
  var digest: String { reader.digest }

  /// Reads the features and appends the rows of each segment to `output`.
  ///
  /// - Parameter collapses: one row per segment, the mean of its units, instead of one row per unit.
  func appendRows(of plan: RowUnits, collapses: Bool, to output: inout ModalityOutput) throws {
    if !collapses, plan.isOneRowEach {
      let rows = output.appendRows(intervals: plan.intervals, mask: plan.mask)
      try fill(plan, Vector(start: rows, count: plan.count * width))
      for row in 0..<plan.count { cleaner.finish(rows + row * width) }
      return
    }
    units.reserve(plan.count * width)
    try fill(plan, units.values.part(from: 0, count: plan.count * width))
    for segment in plan.segments {
      if collapses {
        appendMean(of: segment, plan, to: &output)
      } else {
        for unit in segment {
          let row = output.appendRow(interval: plan.intervals[unit], isPresent: plan.mask[unit] == 1)
          row.update(from: units.base + unit * width, count: width)
          cleaner.finish(row)
        }
      }
    }
  }

  /// Forgets the counts of cells since the last call of `takeCounts`.
  func forgetCounts() { cleaner.resetCounts() }

  /// Returns the counts of cells since the last call and resets them.
  func takeCounts(tally: inout Tally) -> NonFiniteCounts {
    tally.add(cleaner.replacedCells, to: "\(modality).seed_replaced_cells")
    let counts = cleaner.nonFinite
    cleaner.resetCounts()
    return counts
  }

  private func appendMean(of segment: [Int], _ plan: RowUnits, to output: inout ModalityOutput) {
    let present = segment.filter { plan.mask[$0] == 1 }
    let covered = (present.isEmpty ? segment : present).map { plan.intervals[$0] }
    let hull = Interval(start: covered.map(\.start).min() ?? 0, end: covered.map(\.end).max() ?? 0)
    let row = output.appendRow(interval: hull, isPresent: !present.isEmpty)
    if segment.isEmpty {
      cleaner.fillMissing(row)
    } else {
      cleaner.average(units: segment, of: UnsafeBufferPointer(units.values), into: Vector(start: row, count: width))
    }
    cleaner.finish(row)
  }

  /// Reads the features and averages them into `units`, [units, width].
  private func fill(_ plan: RowUnits, _ units: Vector) throws {
    for unit in 0..<plan.count where plan.mask[unit] == 0 {
      units.part(from: unit * width, count: width).update(repeating: cleaner.missing)
    }
    var tasks = plan.tasks
    tasks.sortByNeed()
    let firstNeeded = tasks.firstRowsFromHere
    var next = 0
    /// Runs the tasks whose rows have arrived; `source` is the address of row 0.
    func run(_ start: UnsafePointer<Float>, upTo rowsReady: Int) -> Int {
      let source = UnsafeBufferPointer(start: start, count: rowsReady * width)
      while next < tasks.list.count, tasks.list[next].neededRows <= rowsReady {
        cleaner.average(tasks.list[next], pool: tasks.pool, source: source, into: units)
        next += 1
      }
      return next < tasks.list.count ? firstNeeded[next] : rowsReady
    }
    if let words, ready == nil {
      lookUp(words)
      _ = run(matrix.base, upTo: rowCount)
    } else {
      try reader.readRows { run($0, upTo: $1) }
    }
  }

  private func lookUp(_ words: [String]) {
    matrix.reserve(rowCount * width)
    for (row, word) in words.enumerated() {
      guard let vector = vectors?.vector(of: word) else { continue }
      for (column, value) in vector.enumerated() { matrix.base[row * width + column] = value }
    }
  }
}

// MARK: - Units of words

extension ModalityInput {
  /// The units of the words in segments.
  ///
  /// - Parameter collapses: whether they become one row per segment.
  /// - Throws: `DataError` 65 when a segment has more or fewer ready-made rows than words.
  func units(of words: WordSegments, reference: RowTimeline, collapses: Bool) throws -> RowUnits {
    guard let ready, collapses && ready.areSentences || ready.bySample != nil else {
      return RowUnits(words: words, reference: reference, hasValue: hasValue)
    }
    return try RowUnits(
      words: words, reference: reference, isOneEach: collapses && ready.areSentences,
      rows: { try ready.rows(of: $0.description, words: $1) })
  }

  /// The units of the rows in segments, one for each.
  ///
  /// - Throws: `DataError` 65 when a segment has more or fewer ready-made rows than words.
  func units(of segments: [LabelledSegment], timeline: RowTimeline) throws -> RowUnits {
    guard let ready, ready.bySample != nil else {
      return RowUnits(segments: segments, timeline: timeline, hasValue: hasValue)
    }
    return try RowUnits(
      segments: segments, timeline: timeline, rows: { try ready.rows(of: $0.description, words: $1) })
  }

  /// One unit of all rows.
  func unit(ofWhole recording: Interval, timeline: RowTimeline) -> RowUnits {
    guard let ready else {
      return RowUnits(wholeOf: rowCount, timeline: timeline, recording: recording, hasValue: hasValue)
    }
    // The vector of a recording is there once for each of its words.
    let isOne = ready.areSentences && ready.bySample == nil
    return RowUnits(wholeOf: isOne ? min(1, ready.rowCount) : ready.rowCount, timeline: timeline, recording: recording)
    {
      ready.isPresent.isEmpty || ready.isPresent[$0]
    }
  }
}
