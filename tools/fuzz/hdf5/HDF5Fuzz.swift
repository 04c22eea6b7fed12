import Foundation
@testable import HDF5
@testable import Storage

/// Reads every dataset of an index that passed validation; only `DataError` may come of it.
private func readEverything(_ index: HDF5Index) throws {
  let file = try HDF5File(index: index)
  let reader = HDF5Reader()
  let buffer = FloatBuffer()
  var fingerprint = Fingerprint()
  // Large datasets are allowed and slow: the reader does the same for small ones.
  for (place, dataset) in index.datasets where dataset.valueCount * max(1, dataset.type.byteCount) < 1 << 22 {
    do {
      if dataset.type.isNumeric {
        try reader.readFloats(dataset, of: file, place: place, into: buffer, fingerprint: &fingerprint)
        _ = try reader.readDoubles(dataset, of: file, place: place, fingerprint: &fingerprint)
      } else if dataset.type.isText {
        _ = try reader.readStrings(dataset, of: file, place: place, fingerprint: &fingerprint)
      }
    } catch is DataError {}
  }
}

private let path = NSTemporaryDirectory() + "/msa-fuzz-\(getpid()).h5"

#if FUZZ_FILE
  /// The input is a file: libhdf5 (not instrumented) and everything behind it.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    do {
      try Data(bytes: bytes, count: count).write(to: URL(filePath: path))
      try readEverything(try HDF5Indexer(childExecutable: nil).index(path))
    } catch is DataError {
    } catch { fatalError("\(error)") }
    return 0
  }
#else
  /// The input is what a hostile child may write: it is decoded, validated and read against a file of noise.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    do {
      let input = Array(UnsafeBufferPointer(start: bytes, count: count))
      let index = try IndexDecoder.index(
        from: input, path: path, byteCount: noise.count, scratch: scratch, scratchByteCount: 0)
      try readEverything(index)
    } catch is DataError {
    } catch { fatalError("\(error)") }
    return 0
  }

  private let scratch = try! ScratchFile()  // the fuzzer cannot go on without

  private let noise: Data = {
    // The head of a zlib stream now and then, so that inflating gets past its first bytes.
    var state: UInt32 = 1
    let data = Data(
      (0..<1 << 16).map { position in
        state = state &* 1_664_525 &+ 1_013_904_223
        return position % 64 == 0 ? 0x78 : position % 64 == 1 ? 0x9c : UInt8(truncatingIfNeeded: state >> 24)
      })
    try! data.write(to: URL(filePath: path))  // the fuzzer cannot go on without
    return data
  }()
#endif
