package import Corpora
import Digests
import Files

/// A sequence in which the values of some recordings differ from the file's; times stay.
///
/// Every finite value moves, non-finite values become finite, and words change places, so that a statistic that sees
/// any of them comes out different.
struct PerturbedSequence: ModalitySequence {
  let original: any ModalitySequence
  /// The recordings whose values change.
  let changed: Set<String>
  /// Words that stay where they are.
  let pauses: PauseWords

  var path: String { original.path }
  var recordings: [String] { original.recordings }
  var rowCount: Int { original.rowCount }
  var width: Int { original.width }
  var isText: Bool { original.isText }

  func contains(_ recording: String) -> Bool { original.contains(recording) }
  func rowCount(of recording: String) -> Int { original.rowCount(of: recording) }
  func makeReader() -> any SequenceReader {
    PerturbedReader(original.makeReader(), width: width, changed: changed, pauses: pauses)
  }
}

/// Reads a sequence whole, recording by recording, and changes the values of some.
private final class PerturbedReader: SequenceReader {
  private let original: any SequenceReader
  private let width: Int
  private let changed: Set<String>
  private let pauses: PauseWords
  private let buffer = FloatBuffer()
  private var isChanged = false
  /// Rows of values.
  private var rowCount = 0

  init(_ original: any SequenceReader, width: Int, changed: Set<String>, pauses: PauseWords) {
    self.original = original
    self.width = width
    self.changed = changed
    self.pauses = pauses
  }

  var digest: String { original.digest }

  func open(_ recording: String) throws -> SequenceTimes {
    var times = try original.open(recording)
    isChanged = changed.contains(recording)
    rowCount = times.valueRowCount
    if isChanged { times.words = times.words.map(rotated) }
    return times
  }

  func readRows(_ body: (_ origin: UnsafePointer<Float>, _ rowsReady: Int) throws -> Int) throws {
    if !isChanged { return try original.readRows(body) }
    buffer.reserve(rowCount * width)
    var copied = 0
    try original.readRows { origin, rowsReady in
      (buffer.base + copied * width).update(from: origin + copied * width, count: (rowsReady - copied) * width)
      copied = rowsReady
      return rowsReady
    }
    for index in 0..<copied * width { buffer.base[index] = Self.perturbed(buffer.base[index]) }
    _ = try body(UnsafePointer(buffer.base), copied)
  }

  /// No finite value but 0.4 maps to itself, and no column's order is kept.
  private static func perturbed(_ value: Float) -> Float { value.isFinite ? 1 - 1.5 * value : 1 }

  /// Each word takes the place of the one before it; pauses stay where they are, so that the same rows count.
  private func rotated(_ words: [String]) -> [String] {
    let places = words.indices.filter { !pauses.contains(words[$0]) }
    var words = words
    let moved = places.map { words[$0] }
    for (number, place) in places.enumerated() { words[place] = moved[(number + 1) % moved.count] }
    return words
  }
}

/// Labels in which those of some recordings differ from the file's; their times stay.
struct PerturbedLabels: CorpusLabels {
  let original: any CorpusLabels
  /// The recordings whose labels change.
  let changed: Set<String>

  var path: String { original.path }
  var columns: LabelColumns { original.columns }
  var recordings: [String] { original.recordings }
  var rowCount: Int { original.rowCount }

  func rowCount(of recording: String) -> Int { original.rowCount(of: recording) }

  func makeReader() -> (String, inout Fingerprint) throws -> [LabelRow] {
    let read = original.makeReader()
    // Classes stay: a number between two of them is not a label.
    let isNumeric = columns.classes == nil
    return { recording, fingerprint in
      var rows = try read(recording, &fingerprint)
      guard isNumeric, changed.contains(recording) else { return rows }
      for index in rows.indices {
        let segment = rows[index].segment
        rows[index].segment = LabelledSegment(
          id: segment.id, interval: segment.interval,
          labels: segment.labels.map { $0.isFinite ? 0.5 * $0 + 0.25 : $0 })
      }
      return rows
    }
  }
}

extension OpenedCorpus {
  /// The same sources with changed values in some recordings.
  ///
  /// - Parameter pauses: words that stay where they are.
  package func perturbing(_ recordings: Set<String>, pauses: PauseWords) -> OpenedCorpus {
    var copy = self
    copy.features = features.mapValues { PerturbedSequence(original: $0, changed: recordings, pauses: pauses) }
    copy.labels = PerturbedLabels(original: labels, changed: recordings)
    return copy
  }
}
