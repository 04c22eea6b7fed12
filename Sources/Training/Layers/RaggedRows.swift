import TensorCore

/// How many rows each sample of the batch has, when that differs, and which of them are valid.
///
/// `@unchecked Sendable`: written before a pass, read during it.
final class RaggedRows: @unchecked Sendable {
  /// Sample i has rows offsets[i] ..< offsets[i + 1]: [capacity + 1].
  let offsets: UnsafeMutableBufferPointer<Int32>
  /// 1 where the row holds a frame, 0 where the modality had none: [rows].
  let mask: UnsafeMutableBufferPointer<UInt8>
  /// Rows of the largest batch.
  let rowCapacity: Int
  /// Rows of the longest sample.
  let longest: Int
  /// What the mask is called in the model's graph: [batch, rows].
  let maskName: String

  init(sampleCapacity: Int, longest: Int, maskName: String = "mask") {
    self.longest = longest
    self.maskName = maskName
    rowCapacity = sampleCapacity * longest
    offsets = .allocate(capacity: sampleCapacity + 1)
    offsets.initialize(repeating: 0)
    mask = .allocate(capacity: max(1, rowCapacity))
    mask.initialize(repeating: 1)
  }

  deinit {
    offsets.deallocate()
    mask.deallocate()
  }

  /// The mask of one sample's rows.
  func mask(of sample: Int) -> UnsafeBufferPointer<UInt8> {
    let rows = rows(of: sample..<sample + 1)
    return UnsafeBufferPointer(mask.part(from: rows.lowerBound, count: rows.count))
  }

  /// The rows of some samples.
  func rows(of samples: Range<Int>) -> Range<Int> {
    Int(offsets[samples.lowerBound])..<Int(offsets[samples.upperBound])
  }
}
