import Files
import Foundation
import HDF5
import TestSupport

/// The index of an HDF5 file as bytes, which are decoded beside that file.
struct IndexStream: Sendable {
  /// Chunks and filters of all kinds.
  static let chunks = IndexStream("fixtures/hdf5/chunks.h5")
  /// A sequence of labels with names for its columns.
  static let labels = made("labels", TinyCorpus().labels)
  /// A sequence of words.
  static let words = {
    var corpus = TinyCorpus()
    corpus.useWords()
    return made("words", corpus.text)
  }()

  private let path: String
  private let byteCount: Int
  /// Where values that libhdf5 decoded would be; the contents do not matter.
  private let scratch: ScratchFile
  private static let scratchByteCount = 1 << 12

  private init(_ path: String) {
    self.path = path
    do {
      byteCount = try InputFile(path: path).byteCount
      scratch = try ScratchFile()
    } catch {
      preconditionFailure("no file to index: \(error)")
    }
    precondition(ftruncate(scratch.descriptor, off_t(Self.scratchByteCount)) == 0, "no room for what is decoded")
  }

  private static func made(_ name: String, _ sequence: TinySequence) -> IndexStream {
    let path = FuzzTarget.scratch + "/\(name).csd"
    do { try sequence.write(to: path) } catch { preconditionFailure("no sequence: \(error)") }
    return IndexStream(path)
  }

  /// The index as libhdf5 gives it.
  func seeds() throws -> [[UInt8]] {
    var bytes: [UInt8] = []
    let scratch = try ScratchFile()
    try IndexBuilder.build(path: path, byteCount: byteCount, scratchDescriptor: scratch.descriptor) { bytes += $0 }
    return [bytes]
  }

  /// The indices of all files in a folder.
  static func seeds(ofFilesIn folder: String) throws -> [[UInt8]] {
    try Folder.names(in: folder).sorted().filter { $0.hasSuffix(".h5") }.flatMap {
      try IndexStream(folder + "/" + $0).seeds()
    }
  }

  /// Decodes an index of the file.
  func index(from bytes: [UInt8]) throws -> HDF5Index {
    try IndexDecoder.index(
      from: bytes, path: path, byteCount: byteCount, scratch: scratch, scratchByteCount: Self.scratchByteCount)
  }
}
