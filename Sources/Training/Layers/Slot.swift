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
  /// Says how many rows each sample has, when that differs; `tokens` is then 1.
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

/// Which part of an operation a lane does. The parts are fixed by the plan, never by the number of threads, so that the
/// bits are the same for any.
enum Share {
  case whole, firstHalf, secondHalf

  /// The part of `0 ..< count`, cut at a multiple of `step`.
  func range(of count: Int, step: Int = 1) -> Range<Int> {
    let middle = min(count, (count / 2 + step - 1) / step * step)
    switch self {
    case .whole: return 0..<count
    case .firstHalf: return 0..<middle
    case .secondHalf: return middle..<count
    }
  }
}

/// What the layers are told about the pass at hand.
struct Pass {
  /// Samples in the batch.
  var samples: Int
  /// Training mode: batch statistics and dropout.
  var isTraining: Bool
  /// Steps taken before this one; decides dropout.
  var step: UInt64
}
