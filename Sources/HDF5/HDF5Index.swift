public import Files
import Text

/// The layout of an HDF5 file: every group and every dataset, without any values.
public struct HDF5Index: Sendable {
  /// The file, as the user named it.
  public let path: String
  /// The file's size in bytes when it was indexed.
  public let byteCount: Int
  /// The paths of all groups but the root, without a leading slash, sorted by their bytes.
  public let groups: [String]
  /// All datasets by their paths, sorted by the bytes of the path.
  public let datasets: [(path: String, dataset: HDF5Dataset)]
  /// The text attributes of the topmost groups, in the order of their paths and names.
  public let attributes: [HDF5Attribute]
  /// What libhdf5 had to decode.
  let scratch: ScratchFile?
  /// The file as it was opened before it was indexed.
  var opened: InputFile?

  /// The dataset at `path`; nil if there is none.
  public subscript(path: String) -> HDF5Dataset? {
    var low = 0
    var high = datasets.count
    while low < high {
      let middle = (low + high) / 2
      if datasets[middle].path.precedesInBytes(path) { low = middle + 1 } else { high = middle }
    }
    return low < datasets.count && datasets[low].path == path ? datasets[low].dataset : nil
  }
}

/// An attribute of a group that holds texts.
public struct HDF5Attribute: Hashable, Sendable {
  /// The path of the group, without a leading slash; empty for the root.
  public let path: String
  /// The attribute's own name.
  public let name: String
  /// What it holds: one text, or a list.
  public let texts: [String]
}

/// An indexed file, open for reading from many threads at once.
public final class HDF5File: Sendable {
  /// The layout of the file.
  public let index: HDF5Index
  /// The open file, as it was before it was indexed.
  public let file: InputFile
  private let scratch: InputFile?

  /// Opens the file of an index.
  ///
  /// - Throws: `DataError` 66 when it is gone, 75 when it was replaced since it was opened to be indexed.
  public init(index: HDF5Index) throws {
    self.index = index
    let now = try InputFile(path: index.path)
    file = index.opened ?? now
    // The indexing process opens it by its path too: what it saw is what is read here.
    if now.identity != file.identity, try !now.hasContents(of: file) {
      throw DataError(
        .notReady, file: index.path, "changed while it was opened", expected: "an unchanged file",
        advice: "Run again when nothing writes to it.")
    }
    scratch = try index.scratch.map { try InputFile(duplicating: $0.descriptor, path: index.path) }
  }

  /// Fills `buffer` with stored bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    try file.read(into: buffer, at: offset)
  }

  /// Fills `buffer` with bytes that libhdf5 decoded.
  func readScratch(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard let scratch else {
      throw DataError(.internalBug, file: index.path, "an index without a scratch file points into it")
    }
    try scratch.read(into: buffer, at: offset)
  }
}
