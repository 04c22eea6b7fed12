import TensorCore

/// A place in the workspace for one activation: [samples · rows per sample, width], with rows `stride` apart.
struct Slot {
  /// Its name in the model's graph and in messages.
  var name: String
  /// Where it starts in the workspace.
  var offset: Int
  var width: Int
  var stride: Int
  /// The number of rows per sample: 1, or the number of tokens.
  var tokens: Int
  /// The rows of each sample, if their number varies; `tokens` is then 1.
  var ragged: RaggedRows?

  /// The number of rows of the longest sample.
  var longest: Int { ragged?.longest ?? tokens }

  /// Returns some of the columns, under a name of their own.
  func columns(_ range: Range<Int>, name: String) -> Slot {
    Slot(
      name: name, offset: offset + range.lowerBound, width: range.count, stride: stride, tokens: tokens, ragged: ragged)
  }

  /// Returns the same memory with the columns of each row divided into `count` rows.
  ///
  /// - Precondition: there are no gaps between rows, and the width is a multiple of `count`.
  func split(into count: Int, name: String) -> Slot {
    precondition(stride == width && width % count == 0, "a slot with gaps cannot be split into tokens")
    return Slot(name: name, offset: offset, width: width / count, stride: width / count, tokens: tokens * count)
  }

  /// Returns the activation of some samples.
  func matrix(in arena: Arenas.Arena, samples: Range<Int>) -> Matrix {
    let rows = rows(of: samples)
    let start = offset + rows.lowerBound * stride
    let count = rows.isEmpty ? 0 : (rows.count - 1) * stride + width
    return Matrix(arena[start, count: count], rows: rows.count, columns: width, stride: stride)
  }

  /// Returns the range of rows of some samples.
  func rows(of samples: Range<Int>) -> Range<Int> {
    if let ragged { return ragged.rows(of: samples) }
    return samples.lowerBound * tokens..<samples.upperBound * tokens
  }
}

/// How many rows each sample of the batch has, if their number varies, and which of them are valid.
///
/// `@unchecked Sendable`: written before a pass, read during it.
final class RaggedRows: @unchecked Sendable {
  /// The rows of sample i are offsets[i] ..< offsets[i + 1]: [capacity + 1].
  let offsets: UnsafeMutableBufferPointer<Int32>
  /// 1 if the row holds a frame, 0 if the modality has none there: [rows].
  let mask: UnsafeMutableBufferPointer<UInt8>
  /// The number of rows of the largest batch.
  let rowCapacity: Int
  /// The number of rows of the longest sample.
  let longest: Int
  /// The name of the mask, [batch, rows], in the model's graph.
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

  /// Returns the mask of one sample's rows.
  func mask(of sample: Int) -> UnsafeBufferPointer<UInt8> {
    let rows = rows(of: sample..<sample + 1)
    return UnsafeBufferPointer(mask.part(from: rows.lowerBound, count: rows.count))
  }

  /// Returns the range of rows of some samples.
  func rows(of samples: Range<Int>) -> Range<Int> {
    Int(offsets[samples.lowerBound])..<Int(offsets[samples.upperBound])
  }
}
