import Digests
import Files
import HDF5
import Text

/// Writes the files of a synthetic corpus, one recording at a time.
final class SyntheticWriter {
  /// The number of rows in each file, by root name.
  private(set) var rowCounts: [String: Int] = [:]
  private let format: SyntheticFormat
  private let visual: HDF5Writer
  private let audio: HDF5Writer
  private let text: HDF5Writer
  private let labels: HDF5Writer
  private let isCompressed: Bool
  private let seed: UInt64

  /// The SDK's writer uses level 9; noise compresses just as well at level 1, in a fifth of the time.
  private static let gzipLevel = 1

  init(folder: String, format: SyntheticFormat, isCompressed: Bool, seed: UInt64) throws {
    func writer(_ file: SyntheticFormat.File) throws -> HDF5Writer {
      let path = folder + "/" + file.path
      try Folder.make(Folder.parent(of: path))
      return try HDF5Writer(path: path)
    }
    self.format = format
    self.isCompressed = isCompressed
    self.seed = seed
    visual = try writer(format.visual)
    audio = try writer(format.audio)
    text = try writer(format.text)
    labels = try writer(format.labels)
  }

  /// Adds a recording to all files, except one from which its trouble may exclude it.
  func add(_ recording: SyntheticRecording, id: String, trouble: SyntheticTrouble.Kind?) throws {
    if trouble != .missingFromVisual { try add(recording.visual, id, to: visual, format.visual) }
    if trouble != .missingFromAudio { try add(recording.audio, id, to: audio, format.audio) }
    if trouble != .missingFromLabels { try add(recording.labels, id, to: labels, format.labels) }
    try add(recording.text, id, to: text, format.text)
  }

  private func add(_ stream: SyntheticStream, _ id: String, to writer: HDF5Writer, _ file: SyntheticFormat.File) throws
  {
    let place = "\(file.rootName)/data/\(id)"
    // A chunk may not be larger than its dataset, so one without rows cannot be chunked.
    let layout: HDF5Writer.Layout =
      isCompressed && stream.rowCount > 0 ? .chunked(gzipLevel: Self.gzipLevel) : .contiguous
    if stream.words.isEmpty {
      try writer.writeFloats(
        stream.values, shape: [stream.rowCount, stream.width], at: place + "/features", layout: layout)
    } else {
      try writer.writeFixedStrings(stream.words, shape: [stream.rowCount, 1], at: place + "/features", layout: layout)
    }
    try writer.writeDoubles(stream.intervals, shape: [stream.rowCount, 2], at: place + "/intervals", layout: layout)
    rowCounts[file.rootName, default: 0] += stream.rowCount
  }

  /// Adds the metadata and finishes all files.
  func close() throws {
    for (writer, file) in [
      (visual, format.visual), (audio, format.audio), (text, format.text), (labels, format.labels),
    ] {
      for (key, value) in metadata(of: file) {
        try writer.writeVariableStrings([value.canonicalText], at: "\(file.rootName)/metadata/\(key)")
      }
      try writer.close()
    }
  }

  /// Returns the keys that the SDK's writer requires, sorted.
  private func metadata(of file: SyntheticFormat.File) -> [(key: String, value: JSONValue)] {
    let metadata: [String: JSONValue] = [
      "root name": .string(file.rootName),
      "computational sequence description": .string("synthetic \(file.rootName)"),
      "dimension names": .array(file.dimensionNames.map { .string($0) }),
      "computational sequence version": "1.0", "alignment compatible": true, "dataset name": .string(format.name),
      "dataset version": "1.0", "creator": "msa-prep sample", "contact": "none", "featureset bib citation": "none",
      "dataset bib citation": "none", "uuid": .string(uuid(of: file)), "md5": .null,
    ]
    return metadata.sorted { $0.key < $1.key }
  }

  /// Returns a random UUID (version 4) that depends only on the seed and the file.
  private func uuid(of file: SyntheticFormat.File) -> String {
    var digits = Array(SHA256.hexDigest(of: "\(seed) \(file.path)").prefix(32))
    digits[12] = "4"
    digits[16] = "8"
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
    return parts.joined(separator: "-")
  }
}
