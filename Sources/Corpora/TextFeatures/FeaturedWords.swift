import Files
import Samples
import Text

/// The words of recordings with ready-made rows of values in place of word vectors.
///
/// The times, and the words if they are known, are those of another sequence. A recording has rows under its own name, one
/// for each of its words or one for all, or its samples have rows under theirs.
struct FeaturedWords: ModalitySequence {
  /// The words, or rows with their times.
  let words: any ModalitySequence
  /// Where the values are from, for messages.
  let source: String
  /// The rows of values, by the name of a recording or a sample.
  let features: TextFeatures
  /// The samples that have rows, by recording, in their order.
  let samples: [String: [String]]
  /// The open store; nil if only the times are read.
  let store: InputFile?
  /// Words that may have no rows.
  let pauses: PauseWords

  var path: String { words.path }
  var recordings: [String] { words.recordings }
  var rowCount: Int { words.rowCount }
  var width: Int { features.width }
  var isText: Bool { false }

  func contains(_ recording: String) -> Bool { words.contains(recording) }
  func rowCount(of recording: String) -> Int { words.rowCount(of: recording) }
  func makeReader() -> any SequenceReader { FeaturedWordsReader(self) }
}

/// Reads the words of one recording after another, and their values from a store.
final class FeaturedWordsReader: SequenceReader {
  private let sequence: FeaturedWords
  private let words: any SequenceReader
  /// The rows in the store, one run after the other, and where each begins among the rows of the recording.
  private var runs: [(first: Int, rows: TextRows)] = []
  /// The row of a run that each row of the recording is; nil if it is missing. Empty where rows are as they are stored.
  private var places: [Int?] = []
  private var rowCount = 0
  /// [rowCount, width]
  private let matrix = FloatBuffer()
  private let stored = FloatBuffer()

  init(_ sequence: FeaturedWords) {
    self.sequence = sequence
    words = sequence.words.makeReader()
  }

  /// The words': the values have a fingerprint of their own.
  var digest: String { words.digest }

  func open(_ recording: String) throws -> SequenceTimes {
    var times = try words.open(recording)
    (runs, places) = ([], [])
    if let own = sequence.features.rows[recording] {
      runs = [(0, own)]
      places = try places(of: own, for: times, recording)
      rowCount = places.count
      times.ready = ReadyRows(
        source: sequence.source, rowCount: rowCount, isPresent: places.map { $0 != nil },
        areSentences: sequence.features.areSentences)
      return times
    }
    var ranges: [String: Range<Int>] = [:]
    rowCount = 0
    for sample in sequence.samples[recording] ?? [] {
      guard let rows = sequence.features.rows[sample] else { continue }
      runs.append((rowCount, rows))
      ranges[sample] = rowCount..<rowCount + rows.rowCount
      rowCount += rows.rowCount
    }
    times.ready = ReadyRows(
      source: sequence.source, rowCount: rowCount, bySample: ranges, areSentences: sequence.features.areSentences)
    return times
  }

  /// The row of values of each word.
  ///
  /// - Throws: `DataError` 65 when there are more or fewer rows than words.
  private func places(of rows: TextRows, for times: SequenceTimes, _ recording: String) throws -> [Int?] {
    if sequence.features.areSentences { return [Int?](repeating: 0, count: times.rowCount) }
    if rows.rowCount == times.rowCount { return (0..<times.rowCount).map { $0 } }
    var next = 0
    let spoken = (times.words ?? []).map { word -> Int? in
      if sequence.pauses.contains(word) { return nil }
      next += 1
      return next - 1
    }
    if !spoken.isEmpty, next == rows.rowCount { return spoken }
    throw ReadyRows.misfit(
      rows: rows.rowCount, words: spoken.isEmpty ? times.rowCount : next, source: sequence.source, place: recording)
  }

  func readRows(_ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    let width = sequence.width
    matrix.reserve(rowCount * width)
    matrix.base.update(repeating: .nan, count: rowCount * width)
    for (first, rows) in runs {
      guard let store = sequence.store else { break }
      stored.reserve(rows.rowCount * width)
      let bytes = UnsafeMutableRawBufferPointer(start: stored.base, count: 4 * rows.rowCount * width)
      try store.read(into: bytes, at: rows.offset)
      try TextRows.check(UnsafeRawBufferPointer(bytes), digest: rows.digest, of: store)
      if places.isEmpty {
        (matrix.base + first * width).update(from: stored.base, count: rows.rowCount * width)
      } else {
        for (row, place) in places.enumerated() {
          guard let place else { continue }
          (matrix.base + row * width).update(from: stored.base + place * width, count: width)
        }
      }
    }
    _ = try body(matrix.base, rowCount)
  }
}
