import Digests

extension HDF5Reader {
  /// Reads all chunks in C order of the grid; rows are ready when a whole band of chunks is.
  func readChunks(
    _ chunking: HDF5Chunking, _ request: Request, fingerprint: inout Fingerprint, _ put: Place
  ) throws {
    let dataset = request.dataset
    grid.begin(shape: dataset.shape, chunkShape: chunking.shape)
    let chunkByteCount = grid.chunkValueCount * dataset.type.byteCount
    let pipeline = ChunkPipeline(
      filters: chunking.filters, chunkByteCount: chunkByteCount, elementByteCount: dataset.type.byteCount)
    for (number, chunk) in chunking.chunks.enumerated() {
      grid.move(to: number)
      if chunk.isAbsent {
        decoder.zeros(chunkByteCount)
      } else {
        let bytes = decoder.storedBytes(Int(chunk.byteCount))
        try request.file.read(into: bytes, at: chunk.fileOffset)
        fingerprint.update(UnsafeRawBufferPointer(bytes))
        try decoder.decode(bytes, mask: chunk.filterMask, pipeline: pipeline) {
          "the chunk at \(grid.corner) of \(dataset.shape)"
        }
      }
      grid.forEachBlock { put(ValueLines(chunk: decoder.values, block: $0, byteCount: dataset.type.byteCount)) }
      if grid.isLastOfBand, grid.readyRowCount < dataset.rowCount { try request.onRows?(grid.readyRowCount) }
    }
  }
}

/// Lines of values in memory and where they belong in a dataset.
struct ValueLines {
  /// The first line's first value, as stored.
  var bytes: UnsafeRawPointer
  /// Values in a line.
  var length: Int
  /// How many lines.
  var count = 1
  /// Bytes from one line to the next.
  var byteStride = 0
  /// The first value's position in the dataset, in C order.
  var offset: Int
  /// Values of the dataset from the start of a line to the start of the next.
  var offsetStride = 0
}

extension ValueLines {
  /// Lines of a decoded chunk.
  fileprivate init(chunk: UnsafeRawPointer, block: ChunkGrid.Block, byteCount: Int) {
    self.init(
      bytes: chunk + block.chunkOffset * byteCount, length: block.lineLength, count: block.lineCount,
      byteStride: block.chunkStride * byteCount, offset: block.datasetOffset, offsetStride: block.datasetStride)
  }
}
