/// Where the values of each chunk belong in a dataset. Allocates nothing after the first use.
final class ChunkGrid {
  /// Lines of one chunk, equally spaced in the chunk and in the dataset; all numbers count values.
  struct Block {
    var chunkOffset: Int
    var datasetOffset: Int
    var lineLength: Int
    var lineCount: Int
    var chunkStride: Int
    var datasetStride: Int
  }

  private var rank = 0
  private var shape = [Int](repeating: 0, count: HDF5Limits.rank)
  private var chunkShape = [Int](repeating: 0, count: HDF5Limits.rank)
  private var gridShape = [Int](repeating: 0, count: HDF5Limits.rank)
  private var start = [Int](repeating: 0, count: HDF5Limits.rank)

  /// Values in a chunk.
  private(set) var chunkValueCount = 0

  /// Starts with a dataset of 1 to `HDF5Limits.rank` axes.
  func begin(shape: [Int], chunkShape: [Int]) {
    rank = shape.count
    chunkValueCount = 1
    for axis in 0..<rank {
      self.shape[axis] = shape[axis]
      self.chunkShape[axis] = chunkShape[axis]
      gridShape[axis] = (shape[axis] + chunkShape[axis] - 1) / chunkShape[axis]
      chunkValueCount *= chunkShape[axis]
    }
  }

  /// Moves to a chunk, counted in C order.
  func move(to number: Int) {
    var rest = number
    for axis in (0..<rank).reversed() {
      start[axis] = rest % gridShape[axis] * chunkShape[axis]
      rest /= gridShape[axis]
    }
  }

  /// The position of the chunk's first value.
  var corner: [Int] { Array(start[..<rank]) }

  /// Whether no other chunk holds values of the same rows.
  var isLastOfBand: Bool {
    for axis in 1..<max(rank, 1) where start[axis] + chunkShape[axis] < shape[axis] { return false }
    return true
  }

  /// Rows that are complete once the band of this chunk is.
  var readyRowCount: Int { min(start[0] + chunkShape[0], shape[0]) }

  /// Calls `body` for the part of the chunk inside the dataset.
  func forEachBlock(_ body: (Block) -> Void) {
    forEachBlock(axis: 0, chunkOffset: 0, datasetOffset: 0, body)
  }

  private func forEachBlock(axis: Int, chunkOffset: Int, datasetOffset: Int, _ body: (Block) -> Void) {
    let lineAxis = rank - 1
    let count = min(chunkShape[axis], shape[axis] - start[axis])
    // The offsets so far count whole steps of this axis; those of inner axes follow.
    let chunkOffset = chunkOffset * chunkShape[axis]
    let datasetOffset = datasetOffset * shape[axis] + start[axis]
    if axis == lineAxis {
      body(
        Block(
          chunkOffset: chunkOffset, datasetOffset: datasetOffset, lineLength: count, lineCount: 1, chunkStride: 0,
          datasetStride: 0))
    } else if axis == lineAxis - 1 {
      body(
        Block(
          chunkOffset: chunkOffset * chunkShape[lineAxis],
          datasetOffset: datasetOffset * shape[lineAxis] + start[lineAxis],
          lineLength: min(chunkShape[lineAxis], shape[lineAxis] - start[lineAxis]), lineCount: count,
          chunkStride: chunkShape[lineAxis], datasetStride: shape[lineAxis]))
    } else {
      for step in 0..<count {
        forEachBlock(axis: axis + 1, chunkOffset: chunkOffset + step, datasetOffset: datasetOffset + step, body)
      }
    }
  }
}
