import Storage

extension HDF5Reader {
  /// Reads all chunks, row of chunks by row of chunks.
  func readChunks(
    _ chunking: HDF5Chunking, of dataset: HDF5Dataset, file: HDF5File, fingerprint: inout Fingerprint,
    onRows: ((Int) throws -> Void)?, _ put: Place
  ) throws {
    throw DataError(.internalBug, "chunks are not read yet")
  }
}

final class ChunkDecoder {}
