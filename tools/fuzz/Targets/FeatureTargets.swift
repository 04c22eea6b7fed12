import ArrayFiles
import Corpora
import Files
import Foundation
import Samples
import TestSupport
import Text

extension FuzzTarget {
  /// Ready-made features of other models, and what belongs to them.
  static let features = [
    FuzzTarget(name: "matlab", seeds: ["fixtures/matlab", "fixtures/matlab/attacks"]) { bytes in
      let file = try FeatureFile.read(bytes, path: "fuzz.mat")
      precondition(file.values.count == file.rowCount * file.width, "values do not fill the rows")
    },
    .ofFile("text-features", "text.safetensors", madeSeeds: { try [textTensors(), textTensors(hasIndices: true)] }) {
      path in try readTexts(path)
    },
    .ofFile(
      "text-indices", "texts/c3.word_ids.npy", seeds: ["fixtures/npy", "fixtures/npy/attacks"],
      madeSeeds: { @Sendable in
        try Folder.make(scratch + "/texts")
        try write(NpyFile.bytes([Float](repeating: 1, count: 20), .float32, shape: [10, 2]), "texts/c3.npy")
        return [NpyFile.bytes([-1, 0, 1, 2, 3, 4, 5, 6, 7, -1] as [Int64], .int64, shape: [10])]
      }
    ) { _ in try readTexts(scratch + "/texts") },
  ]

  private static func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(filePath: scratch + "/" + name))
  }

  /// Rows of one recording's words, or of their tokens, as a safetensors file.
  private static func textTensors(hasIndices: Bool = false) throws -> [UInt8] {
    let path = scratch + "/seed.safetensors"
    var layout: [(name: String, type: TensorType, shape: [Int])] = [("c3", .float32, [8, 2])]
    if hasIndices { layout.insert(("c3.word_ids", .int64, [8]), at: 0) }
    var writer = try SafetensorsWriter(
      path: path, header: SafetensorsHeader(laying: layout, metadata: [:]), digest: .none)
    if hasIndices { try (0..<8).map { Int64($0) }.withUnsafeBytes { try writer.append($0, to: "c3.word_ids") } }
    try [Float](repeating: 1, count: 16).withUnsafeBytes { try writer.append($0, to: "c3") }
    _ = try writer.commit()
    return try MadeSeeds.bytes(path)
  }

  private static let tinyCorpus = Result { try TinyCorpus().write(to: scratch + "/tiny") }

  /// Reads features for the words of a tiny corpus; what belongs to them has to fit them.
  private static func readTexts(_ path: String) throws {
    var request = CorpusRequest(root: try tinyCorpus.get(), threads: 1, memory: 1 << 26)
    request.textFeatures = path
    let corpus = try FeaturedCorpus.adding(to: CMUCorpus.mosei.find(request), request).survey()
    guard let sequence = corpus.features[.text] else { preconditionFailure("text features without a text") }
    let reader = sequence.makeReader()
    for recording in sequence.recordings {
      let times: SequenceTimes
      do {
        times = try reader.open(recording)
      } catch let error as DataError where error.code == .badData {
        continue
      }
      guard let ready = times.ready else { preconditionFailure("rows without what belongs to them") }
      precondition(ready.isPresent.isEmpty || ready.isPresent.count == times.rowCount, "marks of other rows")
      try reader.readRows { _, count in
        precondition(count == times.valueRowCount, "another number of rows than promised")
        return count
      }
    }
  }
}
