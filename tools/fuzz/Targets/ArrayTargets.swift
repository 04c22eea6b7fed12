import Archives
import ArrayFiles
import Audit
import Corpora
import Files
import Foundation
import Leaks
import Pickles
import Samples

extension FuzzTarget {
  /// Arrays: .npy, .npz and safetensors.
  static let arrays = [
    FuzzTarget(name: "npy", seeds: ["fixtures/npy", "fixtures/npy/attacks"]) { bytes in
      let array = try NpyArray(parsing: bytes, valueLimit: 1 << 20)
      precondition(array.values.count == array.shape.reduce(1, *), "values do not fill the shape")
    },
    .ofFile(
      "npz", "test.npz", seeds: ["fixtures/archives/tree.zip"], madeSeeds: { try [MadeSeeds.bytes(MadeSeeds.npz())] }
    ) { path in
      let dataset = try AuditedDataset.arrays([path])
      precondition(dataset.samples.count <= 1 << 20, "more samples than bytes")
    },
    FuzzTarget(name: "pickle", seeds: ["fixtures/pickles", "fixtures/pickles/attacks"]) { bytes in
      try walk(NpyArray.isNpy(bytes) ? .array(Pickle.readObjects(npy: bytes)) : Pickle.read(bytes))
    },
    .ofFile("pickle-layouts", "test.pkl", seeds: ["fixtures/pickles/layouts"]) { path in
      let dataset = try AuditedDataset.arrays([path])
      for sample in dataset.samples.indices {
        for modality in dataset.modalities {
          let count = try dataset.withRows(of: sample, modality) { values, mask in
            precondition(values.count == mask.count * (dataset.widths[modality] ?? 0), "values do not fill the rows")
            return mask.count
          }
          precondition(count == dataset.samples[sample].rows[modality] ?? 0, "another number of rows than promised")
        }
        precondition(dataset.samples[sample].label.count == dataset.labelNames.count, "labels without names")
      }
    },
    .ofFile(
      "array-corpus", "corpus.pkl", seeds: ["fixtures/pickles/layouts"]
    ) { path in
      var request = CorpusRequest(root: path, threads: 1, memory: 1 << 26)
      request.granularity = .frame
      request.split = .declared
      guard let corpus = try ArraysCorpus().find(request).opened else {
        preconditionFailure("arrays are opened at once")
      }
      for (modality, sequence) in corpus.features {
        let reader = sequence.makeReader()
        for id in sequence.recordings {
          let count = try reader.open(id).rowCount
          try reader.readRows { _, ready in
            precondition(ready == count, "another number of \(modality) rows than promised")
            return ready
          }
        }
      }
      precondition(Set(corpus.sampleFacts.keys) == Set(corpus.labels.recordings), "samples without facts")
    },
    ofSplit("array-ids", "id"), ofSplit("array-labels", "regression_labels"),
    FuzzTarget(name: "safetensors", seeds: ["fixtures/safetensors", "fixtures/safetensors/attacks"]) { bytes in
      try bytes.withUnsafeBytes { try checkHeader($0) }
    },
  ]

  /// Arrays of one split in which one array is replaced; a folder of them is read as an archive of them is.
  private static func ofSplit(_ name: String, _ key: String) -> FuzzTarget {
    let folder = scratch + "/" + name
    let seeds = { @Sendable in
      try Folder.make(folder + "/train")
      try FileTrees.open(MadeSeeds.npz()).forEachFile(where: { _ in true }) { file in
        try Data(file.bytes).write(to: URL(filePath: folder + "/train/" + file.path))
      }
      return [try InputFile.contents(of: folder + "/train/\(key).npy", limit: 1 << 24)]
    }
    return .ofFile(name, name + "/train/\(key).npy", seeds: ["fixtures/npy", "fixtures/npy/attacks"], madeSeeds: seeds)
    { _ in
      let dataset = try AuditedDataset.arrays([folder])
      let labelCount = dataset.labelNames.count
      precondition(dataset.samples.allSatisfy { $0.label.count == labelCount }, "labels of another number than names")
    }
  }

  /// Asks a value and all that it holds for what it promises.
  private static func walk(_ value: PickleValue, depth: Int = 0) throws {
    precondition(depth <= Pickle.depthLimit, "values are nested too deep")
    _ = value.text
    switch value {
    case .bytes(let bytes):
      let read = try bytes.array().count
      precondition(read == bytes.count, "bytes of another number")
    case .dictionary(let dictionary):
      for pair in dictionary.pairs {
        try walk(pair.key, depth: depth + 1)
        try walk(pair.value, depth: depth + 1)
      }
    case .array(let array):
      precondition(array.shape.reduce(1, *) == array.count, "elements do not fill the shape")
      let counts = [try array.floats()?.count, try array.integers()?.count, try array.texts()?.count]
      precondition(counts.allSatisfy { $0 == nil || $0 == array.count }, "elements are missing")
      if let first = array.shape.first, first > 0 { precondition(array.part(first - 1).count == array.count / first) }
      for element in array.objects ?? [] { try walk(element, depth: depth + 1) }
    default: for element in value.elements ?? [] { try walk(element, depth: depth + 1) }
    }
  }

  /// A header is refused, or it holds what it promises and reads back the same.
  private static func checkHeader(_ bytes: UnsafeRawBufferPointer) throws {
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(parsing: bytes, fileByteCount: bytes.count)
    } catch {
      precondition(!error.description.isEmpty, "a refusal without a message")
      return
    }
    var end = 0
    for tensor in header.tensors {
      precondition(tensor.dataRange.lowerBound == end, "a hole or an overlap was accepted")
      end = tensor.dataRange.upperBound
      precondition(tensor.elementCount * tensor.type.byteCount == tensor.dataRange.count, "a wrong size was accepted")
    }
    precondition(header.dataStart + end == bytes.count, "the data do not end with the file")
    try checkRoundTrip(header)
  }

  /// Our own writer lays tensors out in descending element size, so only such headers can be written again.
  private static func checkRoundTrip(_ header: SafetensorsHeader) throws {
    let sizes = header.tensors.map(\.type.byteCount)
    guard sizes == sizes.sorted(by: >) else { return }
    let written = SafetensorsHeader(
      laying: header.tensors.map { ($0.name, $0.type, $0.shape) }, metadata: header.metadata)
    var bytes = written.bytes
    bytes.append(contentsOf: repeatElement(0, count: written.dataByteCount))
    try bytes.withUnsafeBytes { bytes in
      let parsed = try SafetensorsHeader(parsing: bytes, fileByteCount: bytes.count)
      precondition(Set(parsed.tensors) == Set(header.tensors), "a written header reads back differently")
    }
  }
}
