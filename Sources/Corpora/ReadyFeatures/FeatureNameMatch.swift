import Samples
import Text

/// Which recordings and samples of a corpus ready-made features are of, by their names.
struct FeatureNameMatch {
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
  init(_ names: Set<String>, of corpus: OpenedCorpus, source: String) throws {
    let labels = corpus.labels
    let recordings = Set(labels.recordings)
    let known = corpus.features.values.reduce(recordings.union(corpus.leftOut.keys)) { $0.union($1.recordings) }
    var segments: [String: [SampleID]] = [:]
    for name in names.sortedByBytes() where !known.contains(name) {
      let id = SampleID(parsing: name)
      if let segment = id.segment, recordings.contains(id.recording), segment < labels.rowCount(of: id.recording) {
        segments[id.recording, default: []].append(id)
      } else {
        strays.append(name)
      }
    }
    if strays.count == names.count, let first = strays.first {
      let example = labels.recordings.first ?? ""
      throw DataError(
        .badData, file: source, place: first, "is the name of no sample, and no other is",
        expected: "names such as \(example)", advice: "Name each array after its sample, as samples.jsonl does.")
    }
    if let both = segments.keys.sortedByBytes().first(where: { names.contains($0) }) {
      throw DataError(
        .badData, file: source, place: both, "has rows, and so has \(segments[both]?[0].description ?? "")",
        expected: "rows of recordings or of their samples", advice: "Keep one of them.")
    }
    samples = segments.mapValues { $0.sorted().map(\.description) }
    for recording in labels.recordings where !names.contains(recording) {
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

  /// Members of a report.
  ///
  /// - Parameter strays: those that are told: not of recordings that were left unread.
  func facts(strays: [String]) -> [String: JSONValue] {
    [
      "missing_recordings": Self.json(lackingRecordings), "missing_samples": Self.json(lackingSamples),
      "unknown_names": Self.json(strays),
    ]
  }

  /// What the user should know.
  func warnings(of modality: Modality, strays: [String], _ policy: MissingPolicy) -> [String] {
    var list: [String] = []
    func tell(_ names: [String], _ one: String, _ several: String) {
      guard let first = names.first else { return }
      list.append("\(modality): \(names.count.counted(one, plural: several)) the first \(first).")
    }
    let what = policy == .drop ? "left out" : "masked"
    tell(
      lackingRecordings, "recording has no \(modality) features and is \(what),",
      "recordings have no \(modality) features and are \(what),")
    tell(
      lackingSamples, "sample of other recordings has no \(modality) features and is masked,",
      "samples of other recordings have no \(modality) features and are masked,")
    tell(
      strays, "name of \(modality) features is of no sample,", "names of \(modality) features are of no sample,")
    return list
  }

  /// Names of one kind that are listed.
  private static let listed = 100

  /// A count and the first names.
  private static func json(_ names: [String]) -> JSONValue {
    ["count": .integer(names.count), "ids": .array(names.prefix(listed).map { .string($0) })]
  }
}
