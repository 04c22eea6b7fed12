import Corpora
import HDF5
import Samples
import Storage
import TensorCore

/// One modality of one recording at a time: its intervals, its words, and its features on their way into units.
///
/// One a worker and modality; keeps its buffers from one recording to the next.
final class ModalitySource {
  let modality: Modality
  private let file: CSDFile
  private let vectors: WordVectors?
  private let keepsPauses: Bool
  private let reader = HDF5Reader()
  /// Source rows of the recording at hand, [rows, width].
  private let matrix = FloatBuffer()
  /// One entry's rows, where a recording has several.
  private let part = FloatBuffer()
  /// [units, width]
  private let units = FloatBuffer()
  private var cleaner: CellCleaner
  private let width: Int

  private var entries: [CSDEntry] = []
  /// Rows of the recording at hand.
  private(set) var rowCount = 0
  /// Its words, where the file holds words.
  private(set) var words: [String]?
  private var fingerprint = Fingerprint()

  /// The word that marks a pause in the aligned word files of CMU-MOSI and CMU-MOSEI.
  static let pauseWord = "sp"

  /// - Parameter width: columns of a unit: the file's, or the word vectors' where the file holds words.
  init(modality: Modality, file: CSDFile, width: Int, vectors: WordVectors?, cleaning: CleaningMode, keepsPauses: Bool)
  {
    self.modality = modality
    self.file = file
    self.width = width
    self.vectors = vectors
    self.keepsPauses = keepsPauses
    cleaner = CellCleaner(width: width, mode: cleaning)
  }

  /// Turns to a recording: reads its intervals, and its words where the file holds words.
  func open(_ recording: String, counting tally: inout Tally) throws -> RowTimeline {
    entries = file.entries(of: recording).filter { $0.rowCount > 0 }
    rowCount = entries.reduce(0) { $0 + $1.rowCount }
    fingerprint = Fingerprint()
    words = nil
    var intervals: [Double] = []
    intervals.reserveCapacity(2 * rowCount)
    for entry in entries {
      intervals += try reader.readDoubles(
        entry.intervals, of: file.file, place: file.place(of: "intervals", in: entry), fingerprint: &fingerprint)
    }
    if entries.contains(where: \.isText) {
      words = try entries.flatMap {
        try reader.readStrings(
          $0.features, of: file.file, place: file.place(of: "features", in: $0), fingerprint: &fingerprint)
      }
    }
    let timeline = RowTimeline(
      intervals: intervals, excluding: keepsPauses ? nil : words.map { $0.map { $0 == Self.pauseWord } })
    tally.add(rowCount, to: "\(modality).rows_read")
    tally.add(timeline.nonFiniteCount, to: "\(modality).intervals_non_finite")
    tally.add(timeline.reversedCount, to: "\(modality).intervals_reversed")
    tally.add(timeline.excludedCount, to: "\(modality).pauses")
    return timeline
  }

  /// Whether a row has features: a word needs a vector, and a pause counts only where pauses are kept; rows of numbers
  /// have them.
  func hasValue(_ row: Int) -> Bool {
    guard let words else { return true }
    if !keepsPauses, words[row] == Self.pauseWord { return false }
    return vectors?.vector(of: words[row]) != nil
  }

  /// XXH3-128 of all that was read of the recording.
  var digest: String { fingerprint.hexDigest() }

  /// Reads the features and appends the rows of each segment to `output`.
  ///
  /// - Parameter collapses: a row a segment, the mean of its units, instead of a row a unit.
  func appendRows(of plan: RowUnits, collapses: Bool, to output: inout ModalityOutput) throws {
    try fillUnits(plan)
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

  /// Hands over the counts of cells since the last call and starts anew.
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
      cleaner.average(units: segment, of: units.base, into: row)
    }
    cleaner.finish(row)
  }

  private func fillUnits(_ plan: RowUnits) throws {
    units.reserve(plan.count * width)
    for unit in 0..<plan.count where plan.mask[unit] == 0 { cleaner.fillMissing(units.base + unit * width) }
    var tasks = plan.tasks
    tasks.sortByNeed()
    var next = 0
    func run(upTo rowsReady: Int) {
      while next < tasks.list.count, tasks.list[next].neededRows <= rowsReady {
        cleaner.average(tasks.list[next], pool: tasks.pool, source: matrix.base, into: units.base)
        next += 1
      }
    }
    if let words {
      lookUp(words)
      run(upTo: rowCount)
    } else if entries.count == 1, HDF5Reader.canReadThroughWindow(entries[0].features) {
      try readThroughWindow(entries[0], tasks)
    } else if entries.count == 1 {
      try read(entries[0], into: matrix, whenReady: run)
    } else {
      try readParts()
      run(upTo: rowCount)
    }
  }

  private func read(_ entry: CSDEntry, into buffer: FloatBuffer, whenReady run: @escaping (Int) -> Void) throws {
    try reader.readFloats(
      entry.features, of: file.file, place: file.place(of: "features", in: entry), into: buffer,
      fingerprint: &fingerprint,
      onRows: run)
  }

  /// Runs the tasks, sorted by need, while the rows pass through the cache.
  private func readThroughWindow(_ entry: CSDEntry, _ tasks: RowTasks) throws {
    let firstNeeded = tasks.firstRowsFromHere
    var next = 0
    try reader.readThroughWindow(
      entry.features, of: file.file, place: file.place(of: "features", in: entry), buffer: part,
      fingerprint: &fingerprint
    ) { window in
      // Tasks count rows from the first of the recording; no row before the window is touched.
      let origin = window.values - window.rows.lowerBound * width
      while next < tasks.list.count, tasks.list[next].neededRows <= window.rows.upperBound {
        cleaner.average(tasks.list[next], pool: tasks.pool, source: origin, into: units.base)
        next += 1
      }
      return next < tasks.list.count ? firstNeeded[next] : window.rows.upperBound
    }
  }

  private func readParts() throws {
    matrix.reserve(rowCount * width)
    var row = 0
    for entry in entries {
      try read(entry, into: part) { _ in }
      (matrix.base + row * width).update(from: part.base, count: entry.rowCount * width)
      row += entry.rowCount
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
