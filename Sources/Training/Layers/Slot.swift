import TensorCore

/// A place in the workspace for one activation: [samples · rows a sample, width], rows `stride` apart.
struct Slot {
  /// Its name in the model's graph and in messages.
  var name: String
  /// Where it starts in the workspace.
  var offset: Int
  var width: Int
  var stride: Int
  /// Rows a sample: 1, or the number of tokens.
  var tokens: Int
  /// How many rows each sample has, when that differs; `tokens` is then 1.
  var ragged: RaggedRows?

  /// Rows of the longest sample.
  var longest: Int { ragged?.longest ?? tokens }

  /// Some of the columns, under a name of their own.
  func columns(_ range: Range<Int>, name: String) -> Slot {
    Slot(
      name: name, offset: offset + range.lowerBound, width: range.count, stride: stride, tokens: tokens, ragged: ragged)
  }

  /// The same memory with the columns of a row as `count` rows.
  ///
  /// - Precondition: rows follow each other without gaps, and the width is a multiple of `count`.
  func split(into count: Int, name: String) -> Slot {
    precondition(stride == width && width % count == 0, "a slot with gaps cannot be split into tokens")
    return Slot(name: name, offset: offset, width: width / count, stride: width / count, tokens: tokens * count)
  }

  /// The activation of some samples.
  func matrix(in arena: Arenas.Arena, samples: Range<Int>) -> Matrix {
    let rows = rows(of: samples)
    let start = offset + rows.lowerBound * stride
    let count = rows.isEmpty ? 0 : (rows.count - 1) * stride + width
    return Matrix(arena[start, count: count], rows: rows.count, columns: width, stride: stride)
  }

  /// The rows of some samples.
  func rows(of samples: Range<Int>) -> Range<Int> {
    if let ragged { return ragged.rows(of: samples) }
    return samples.lowerBound * tokens..<samples.upperBound * tokens
  }
}

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
