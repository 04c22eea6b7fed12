import Storage

/// What is where in an HDF5 file: every group and every dataset, without any values.
public struct HDF5Index: Sendable {
  /// The file, as the user named it.
  public let path: String
  /// The file's size in bytes when it was indexed.
  public let byteCount: Int
  /// The paths of all groups but the root, without a leading slash, sorted by their bytes.
  public let groups: [String]
  /// All datasets by their paths, sorted by the bytes of the path.
  public let datasets: [(path: String, dataset: HDF5Dataset)]
  /// The attributes with texts of the uppermost groups, in the order of their paths and names.
  public let attributes: [HDF5Attribute]
  /// What libhdf5 had to decode.
  let scratch: ScratchFile?
  /// The file as it was opened before it was indexed.
  var opened: InputFile?

  /// The dataset at `path`; nil where there is none.
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
