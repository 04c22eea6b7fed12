import Digests
import Files
import Samples
import SplitArrays
import Text

/// One modality of arrays, with a recording for each sample; the times of its rows are their numbers.
struct ArraySequence: ModalitySequence {
  let path: String
  let width: Int
  /// The rows of each part; nil if a part lacks the modality.
  let rows: [UnpaddedRows?]
  let places: [String: ArraySamples.Place]

  var recordings: [String] { places.keys.filter(contains).sortedByBytes() }
  var rowCount: Int { rows.reduce(0) { sum, part in sum + (part?.rows.reduce(0) { $0 + $1.count } ?? 0) } }
  var isText: Bool { false }

  func contains(_ recording: String) -> Bool { places[recording].map { rows[$0.part] != nil } ?? false }

  func rowCount(of recording: String) -> Int {
    places[recording].flatMap { rows[$0.part]?.rows[$0.index].count } ?? 0
  }

  func makeReader() -> any SequenceReader { Reader(self) }

  private final class Reader: SequenceReader {
    private let sequence: ArraySequence
    private var recording = ""

    init(_ sequence: ArraySequence) { self.sequence = sequence }

    /// The files have a fingerprint as a whole.
    var digest: String { "" }

    func open(_ recording: String) throws -> SequenceTimes {
      self.recording = recording
      return SequenceTimes(
        intervals: (0..<sequence.rowCount(of: recording)).flatMap { [Double($0), Double($0 + 1)] })
    }

    func readRows(_ body: (_ origin: UnsafePointer<Float>, _ rowsReady: Int) throws -> Int) throws {
      guard let place = sequence.places[recording], let part = sequence.rows[place.part],
        !part.rows[place.index].isEmpty
      else {
        _ = try withUnsafeTemporaryAllocation(of: Float.self, capacity: 1) { none in
          none.initialize(repeating: 0)
          return try none.baseAddress.map { try body($0, 0) }
        }
        return
      }
      try part.withRows(of: place.index) { values in
        if let base = values.baseAddress { _ = try body(base, values.count / sequence.width) }
      }
    }
  }
}

/// The labels of arrays: one row for each sample.
struct ArraySampleLabels: CorpusLabels {
  let path: String
  let arrays: ArraysBySplit
  let places: [String: ArraySamples.Place]
  let facts: [String: SampleFacts]

  var columns: LabelColumns {
    let names = arrays.labelNames
    // A score for one modality, or the class, may be unknown where the sentiment is not.
    let optional = names.indices.dropFirst().filter { names[$0] == "class" || names[$0].hasPrefix("sentiment_") }
    return LabelColumns(names: names, sentiment: names.firstIndex(of: "sentiment"), optional: Set(optional))
  }
  var recordings: [String] { places.keys.sortedByBytes() }
  var rowCount: Int { places.count }

  func rowCount(of recording: String) -> Int { places[recording] == nil ? 0 : 1 }

  func makeReader() -> (_ recording: String, _ fingerprint: inout Fingerprint) throws -> [LabelRow] {
    { recording, _ in
      guard let place = places[recording] else { return [] }
      let part = arrays.parts[place.part]
      let count = part.rows.values.map { $0.rows[place.index].count }.max() ?? 0
      let rows = Interval(start: 0, end: Double(max(1, count)))
      return [
        LabelRow(
          segment: LabelledSegment(
            id: SampleID(parsing: recording), interval: facts[recording]?.interval ?? rows,
            labels: part.labels.rows[place.index]))
      ]
    }
  }
}
