/// Limits on what a file may ask for. Real corpora stay far below them; a hostile file must not get far above.
enum HDF5Limits {
  /// Groups inside groups: a .csd has three.
  static let depth = 16
  /// Groups and datasets in a file: word-aligned CMU-MOSEI has about three million.
  static let objects = 1 << 22
  /// Attributes of a group that are looked at.
  static let attributes = 1024
  /// Texts in an attribute, and bytes of all of them.
  static let attributeTexts = 4096
  static let attributeByteCount = 1 << 24
  /// Soft links on the way to one object.
  static let softLinks = 8
  /// Bytes of the path that a soft link holds.
  static let softLinkByteCount = 4096
  /// Bytes in the name of a link.
  static let nameByteCount = 1024
  /// Axes of a dataset.
  static let rank = 8
  /// Rows of a dataset: 16 million are 46 hours at 100 Hz.
  static let rows = 1 << 24
  /// Values in a row.
  static let width = 1 << 20
  /// Values in a dataset: 4 GiB as float32.
  static let values = 1 << 30
  /// Bytes in a dataset: as many values as that in float64.
  static let datasetByteCount = 1 << 33
  /// Bytes of one fixed-length string.
  static let stringByteCount = 1 << 16
  /// Bytes of all variable-length strings of a file: metadata are a few kilobytes.
  static let variableStringBytes = 1 << 26
  /// Variable-length strings in a dataset.
  static let variableStrings = 1 << 20
  /// Bytes of one chunk after inflating; libhdf5 itself stops at 4 GiB.
  static let chunkByteCount = 1 << 30
  /// Chunks of a dataset that are looked up; libhdf5 needs time that grows with the square (1.7 s at this number).
  /// A dataset with more is decoded by libhdf5.
  static let chunksLookedUp = 1 << 14
  /// Chunks of all datasets of a file.
  static let chunks = 1 << 24
  /// The most bytes that deflate can produce from one.
  static let deflateRatio = 1032
  /// Bytes of a dataset that may read as zeros because they were never written.
  static let unwrittenByteCount = 1 << 24
  /// Bytes that libhdf5 may decode into the scratch file.
  static let scratchByteCount = 1 << 36
  /// Bytes of a whole index.
  static let indexByteCount = 1 << 30
}

/// What a user can do about a bad file.
enum HDF5Advice {
  /// The file is cut off, or bits have flipped.
  static let damaged = "Download the file again."
  /// The file asks for something no honest file needs.
  static let harmful = "Download the file again: it may be damaged or malicious."
  /// The file is honest, but not part of a corpus.
  static let otherFile = "Check that this is the right file."
}
