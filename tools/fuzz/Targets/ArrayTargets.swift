import ArrayFiles
import Audit
import Storage

extension FuzzTarget {
  /// Arrays: .npy, .npz and safetensors.
  static let arrays = [
    FuzzTarget(name: "npy", seeds: ["fixtures/npy", "fixtures/npy/attacks"]) { bytes in
      let array = try NpyArray(parsing: bytes, valueLimit: 1 << 20)
      precondition(array.values.count == array.shape.reduce(1, *), "values do not fill the shape")
    },
    .ofFile("npz", "test.npz", seeds: ["fixtures/archives/tree.zip"], madeSeeds: { try [MadeSeeds.npz] }) { path in
      let dataset = try AuditedDataset.arrays([path])
      precondition(dataset.samples.count <= 1 << 20, "more samples than bytes")
    },
    FuzzTarget(name: "safetensors", seeds: ["fixtures/safetensors", "fixtures/safetensors/attacks"]) { bytes in
      try bytes.withUnsafeBytes { try checkHeader($0) }
    },
  ]

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
