import Digests
import Files
import Samples
import SplitArrays
import Text

/// The samples of arrays, by name.
struct ArraySamples {
  /// Where a sample is.
  struct Place: Hashable, Sendable {
    /// An index into the parts of the arrays.
    let part: Int
    let index: Int
  }

  private let arrays: ArraysBySplit
  private let paths: [String]
  private var places: [String: Place] = [:]
  private var facts: [String: SampleFacts] = [:]

  /// Reads the files and names the samples.
  ///
  /// - Throws: `DataError` as `ArraysCorpus.find`.
  init(_ request: CorpusRequest, pad: PaddingSide?) throws {
    if let glove = request.glove {
      throw DataError(
        .usage, file: glove, "--glove is given, but the text of arrays is vectors", advice: "Leave it out.")
    }
    paths = request.roots
    arrays = try ArraysBySplit(paths, pad: pad, withClasses: true, threads: request.threads)
    for (number, part) in arrays.parts.enumerated() {
      for index in 0..<part.count {
        let name = part.names?[index]
        try add(name, Place(part: number, index: index))
      }
    }
    try numberSegments()
    if arrays.labelNames.isEmpty, request.needsLabels {
      throw DataError(
        .badData, file: path, "holds no labels",
        expected: "regression_labels as in MMSA's layout, or labels as in MulT's",
        advice: "Write them for every split.")
    }
  }

  /// The files, as messages name them.
  private var path: String { paths.joined(separator: ", ") }
}

// MARK: - Names

extension ArraySamples {
  private mutating func add(_ name: ArrayNames.Name?, _ place: Place) throws {
    let part = arrays.parts[place.part]
    let id = name.map(Self.id) ?? SampleID(recording: part.split.rawValue, segment: place.index).description
    if id.isEmpty {
      throw DataError(
        .badData, file: part.path, place: "\(part.split): id", "sample \(place.index) has no name", expected: "one each"
      )
    }
    if let other = places.updateValue(place, forKey: id) {
      let split = arrays.parts[other.part].split
      throw DataError(
        .badData, file: part.path, place: "\(part.split): id",
        split == part.split ? "\(id) occurs twice" : "\(id) is in \(split) and in \(part.split)",
        expected: "each sample once", advice: "Remove one of the two, with its rows and labels.")
    }
    var own = SampleFacts(group: part.dialogs?[place.index] ?? name?.recording ?? part.split.rawValue)
    own.split = part.split
    own.interval = name?.interval.flatMap { $0.isEmpty ? nil : $0 }
    own.words = part.words.map { $0[place.index] }
    own.annotation = part.annotations.map { $0[place.index] }
    own.dialog = part.dialogs?[place.index]
    own.speaker = part.speakers?[place.index]
    facts[id] = own
  }

  /// The name as the arrays spell it; `vid[k]` only where that says the same, since zeros in front of k matter.
  private static func id(_ name: ArrayNames.Name) -> String {
    let id = SampleID(parsing: name.id)
    if id.segment == nil || id.description == name.id { return name.id }
    return id.recording + "$_$" + name.id.dropFirst(id.recording.count + 1).dropLast()
  }

  /// Numbers the segments of a video that are named after their times, in the order of these.
  private mutating func numberSegments() throws {
    let timed = facts.filter { id, own in own.interval != nil && SampleID(parsing: id).segment == nil }
    for (group, own) in Dictionary(grouping: timed, by: \.value.group) {
      let sorted = own.sorted { first, second in
        let (a, b) = (first.value.interval?.start ?? 0, second.value.interval?.start ?? 0)
        return a == b ? first.key.precedesInBytes(second.key) : a < b
      }
      var number = 0
      for (id, own) in sorted {
        var name: String
        repeat {
          name = SampleID(recording: group, segment: number).description
          number += 1
        } while facts[name] != nil
        facts[name] = own
        facts[id] = nil
        places[name] = places.removeValue(forKey: id)
      }
    }
  }
}

// MARK: - The corpus

extension ArraySamples {
  /// The corpus that the samples are.
  func opened(for request: CorpusRequest) throws -> OpenedCorpus {
    var features: [Modality: any ModalitySequence] = [:]
    for modality in request.readModalities {
      guard let width = arrays.widths[modality], width > 0 else {
        let known = arrays.widths.keys.sorted().map(\.rawValue).joined(separator: ",")
        throw DataError(
          .badData, file: path, "holds no \(modality) features", expected: "an array of them in each split",
          advice: "Leave \(modality) out: --modalities \(known).")
      }
      features[modality] = ArraySequence(
        path: path, width: width, rows: arrays.parts.map { $0.rows[modality] }, places: places)
    }
    if request.granularity.needsWords { try requireWords(request, features) }
    var opened = OpenedCorpus(
      features: features, labels: ArraySampleLabels(path: path, arrays: arrays, places: places, facts: facts),
      sources: try paths.map(Self.source))
    opened.entriesAreSamples = true
    opened.sampleFacts = facts
    let name = paths.map(Folder.name(of:)).joined(separator: ", ")
    for modality in request.readModalities { opened.sourceNames[modality] = name }
    opened.facts["arrays"] = arrays.reading.json
    opened.warnings = warnings
    return opened
  }

  /// What was found in the values and cannot be seen in the output.
  private var warnings: [String] {
    var warnings = arrays.reading.lines.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
    if arrays.parts.contains(where: { $0.names == nil && $0.count > 0 }) {
      warnings.append(
        "The samples have no names: they are numbered, and nothing tells whether two of different splits are of one video."
      )
    }
    return warnings
  }

  private static func source(_ path: String) throws -> Source {
    let file = try InputFile(path: path)
    var source = Source(role: "arrays", file: file)
    var fingerprint = Fingerprint()
    let mapped = try MappedFile(file)
    withExtendedLifetime(mapped) { fingerprint.update(mapped.bytes) }
    source.fingerprint = fingerprint.hexDigest()
    return source
  }

  /// Rows are words only where all modalities have the same.
  private func requireWords(_ request: CorpusRequest, _ features: [Modality: any ModalitySequence]) throws {
    for id in places.keys.sortedByBytes() {
      let words = features[.text]?.rowCount(of: id) ?? 0
      for (modality, sequence) in features.sorted(by: { $0.key < $1.key }) {
        let rows = sequence.rowCount(of: id)
        if rows == words || rows == 0 || words == 0 { continue }
        throw DataError(
          .badData, file: path, place: id,
          "has \(rows.counted("\(modality) row")) and \(words.counted("text row")), and nothing says which belong together",
          expected: "as many rows of each modality for --granularity \(request.granularity.rawValue)",
          advice: "Prepare the rows as they are: --granularity frame.")
      }
    }
  }
}
