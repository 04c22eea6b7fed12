import Storage

/// Size and times of a file, or of all files of a tree: the cheap first look at whether they are still the same.
///
/// The time of the last change of any kind is among them: it follows the clock, so that other contents of the same size do
/// not pass when the time of modification is set back.
struct FileStamp: Hashable, Sendable {
  /// What is recorded, to be compared by later runs.
  let text: String
  /// The last change of any kind, in nanoseconds since 1970.
  let changed: Int
  /// Which file it is on this machine; not in `text`, since it is another one where a disk was copied to.
  private let place: Int

  /// A file's.
  init(of file: InputFile) {
    text = "\(file.byteCount) \(file.modified) \(file.changed)"
    changed = file.changed
    place = file.identity.hashValue
  }

  /// That of files together, by their paths in an order of their own.
  init(of files: [(path: String, stamp: FileStamp)]) {
    text = SHA256.hexDigest(of: files.map { "\($0.path)\n\($0.stamp.text)\n" }.joined())
    changed = files.map(\.stamp.changed).max() ?? 0
    place = files.map(\.stamp.place).hashValue
  }
}
