import Archives
import ArrayFiles
import Audit
import Files
import Foundation
import Leaks

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
