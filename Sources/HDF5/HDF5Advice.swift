/// What a user can do about a bad file.
enum HDF5Advice {
  /// The file is cut off, or bits have flipped.
  static let damaged = "Download the file again."
  /// The file asks for what no honest file needs.
  static let harmful = "Download the file again: it may be damaged or made to do harm."
  /// The file is honest, but nothing that a corpus is made of.
  static let otherFile = "Check that this is the right file."
}
