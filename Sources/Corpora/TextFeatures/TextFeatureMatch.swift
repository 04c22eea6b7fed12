import Samples
import Text

/// Which recordings and samples of a corpus rows of text features are of.
struct TextFeatureMatch {
  /// The samples that have rows, by recording, in their order; none of a recording that has rows itself.
  private(set) var samples: [String: [String]] = [:]
  /// Recordings of which nothing has rows.
  private(set) var lackingRecordings: [String] = []
  /// Samples without rows in recordings whose other samples have some.
  private(set) var lackingSamples: [String] = []
  /// Names that are of nothing in the corpus.
  private(set) var strays: [String] = []

  /// - Parameter source: where the features are from, for messages.
  /// - Throws: `DataError` 65 when none is of the corpus, or both a recording and its samples have rows.
  init(_ features: TextFeatures, of corpus: OpenedCorpus, source: String) throws {
    let labels = corpus.labels
    let recordings = Set(labels.recordings)
    let known = recordings.union(corpus.features[.text]?.recordings ?? [])
    var segments: [String: [SampleID]] = [:]
    for name in features.rows.keys.sortedByBytes() where !known.contains(name) {
      let id = SampleID(parsing: name)
      if let segment = id.segment, recordings.contains(id.recording), segment < labels.rowCount(of: id.recording) {
        segments[id.recording, default: []].append(id)
      } else {
        strays.append(name)
      }
    }
    if strays.count == features.rows.count, let first = strays.first {
      let example = labels.recordings.first ?? ""
      throw DataError(
        .badData, file: source, place: first, "is the name of no sample, and no other is",
        expected: "names such as \(example)", advice: "Name each array after its sample, as samples.jsonl does.")
    }
    if let both = segments.keys.sortedByBytes().first(where: { features.rows[$0] != nil }) {
      throw DataError(
        .badData, file: source, place: both, "has rows, and so has \(segments[both]?[0].description ?? "")",
        expected: "rows of recordings or of their samples", advice: "Keep one of them.")
    }
    samples = segments.mapValues { $0.sorted().map(\.description) }
    for recording in labels.recordings where features.rows[recording] == nil {
      guard let own = samples[recording] else {
        lackingRecordings.append(recording)
        continue
      }
      let present = Set(own)
      lackingSamples += (0..<labels.rowCount(of: recording)).map {
        SampleID(recording: recording, segment: $0).description
      }.filter { !present.contains($0) }
    }
  }

  /// Names of one kind that are listed.
  private static let listed = 100

  /// A count and the first names.
  static func json(_ names: [String]) -> JSONValue {
    ["count": .integer(names.count), "ids": .array(names.prefix(listed).map { .string($0) })]
  }
}
