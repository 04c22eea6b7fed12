import Digests
import Files
public import Text

/// An input file as named in the manifest's `sources` and the report.
public struct Source: Sendable {
  /// `visual`, `audio`, `text`, `labels` or `glove`; of a release `release`, `audio-features`, `visual-features`. If it
  /// is the name of a modality, or `labels`, the file's fingerprint is made from what is read of each recording.
  public let role: String
  /// The file's name without its folder, which differs between machines.
  public let name: String
  /// Where it is, as the user gave it.
  public let path: String
  /// Its size; for a folder, that of its files together.
  public let byteCount: Int
  /// Changes whenever its contents change, unless that happens within the clock's step; may also change otherwise.
  public let stamp: FileStamp
  /// What the report says about its contents: `root_name`, `entries`, `rows`, `width`, `type`.
  public var facts: [String: JSONValue] = [:]
  /// XXH3-128 of its contents, if that is not made from what was read of each recording.
  public var fingerprint: String?
  /// For a folder, what shows whether each file is still the same, by its path inside.
  public var members: [String: FileStamp] = [:]

  init(role: String, path: String, name: String, byteCount: Int, stamp: FileStamp) {
    self.role = role
    self.path = path
    self.name = name
    self.byteCount = byteCount
    self.stamp = stamp
  }

  /// A file as it is now.
  ///
  /// - Throws: `DataError` 66 when it is missing, 65 when something other than a file is there.
  public init(role: String, path: String) throws { self.init(role: role, file: try InputFile(path: path)) }

  /// An opened file as it was when it was opened.
  init(role: String, file: InputFile) {
    self.init(
      role: role, path: file.path, name: Self.name(of: file.path), byteCount: file.byteCount, stamp: FileStamp(of: file)
    )
  }

  /// A path without its folder.
  package static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Files of a folder, or below it, as one input.
  ///
  /// - Parameter files: their paths inside the folder.
  /// - Throws: `DataError` 66 when one is not there.
  public init(role: String, folder: String, files: [String]) throws {
    var byteCount = 0
    var stamps: [(path: String, stamp: FileStamp)] = []
    for name in files.sortedByBytes() {
      let file = try InputFile(path: folder + "/" + name)
      byteCount += file.byteCount
      stamps.append((name, FileStamp(of: file)))
    }
    self.init(
      role: role, path: folder, name: Folder.name(of: folder), byteCount: byteCount, stamp: FileStamp(of: stamps))
    members = Dictionary(stamps.map { ($0.path, $0.stamp) }) { first, _ in first }
  }

  /// What has the name now.
  ///
  /// - Throws: `DataError` 66 when it is gone.
  func current() throws -> Source {
    members.isEmpty
      ? try Source(role: role, path: path) : try Source(role: role, folder: path, files: members.keys.map { $0 })
  }

  /// The same file of word vectors, with what was read of it.
  func with(_ vectors: WordVectors) -> Source {
    var input = self
    input.facts = ["entries": .integer(vectors.count), "width": .integer(vectors.width)]
    input.fingerprint = vectors.fingerprint
    return input
  }
}

extension WordVectors {
  /// XXH3-128 over the words that have a vector, in the order of their bytes, and their vectors.
  fileprivate var fingerprint: String {
    var fingerprint = Fingerprint()
    for word in rows.keys.sortedByBytes() {
      fingerprint.update(word)
      vector(of: word)?.withUnsafeBytes { fingerprint.update($0) }
    }
    return fingerprint.hexDigest()
  }
}

/// Size and times of a file, or of all files of a tree: the cheap first look at whether they are still the same.
///
/// The time of the last change of any kind is among them: it follows the clock, so that changed contents of the same
/// size do not pass if the modification time is set back.
public struct FileStamp: Hashable, Sendable {
  /// What is recorded, to be compared by later runs.
  public let text: String
  /// The last change of any kind, in nanoseconds since 1970.
  package let changed: Int
  /// Which file it is on this machine; not in `text`, since it differs on a copy of the disk.
  private let place: Int

  /// A file's.
  init(of file: InputFile) {
    text = "\(file.byteCount) \(file.modified) \(file.changed)"
    changed = file.changed
    place = file.identity.hashValue
  }

  /// The stamp of several files together, by their paths in an order of their own.
  init(of files: [(path: String, stamp: FileStamp)]) {
    text = SHA256.hexDigest(of: files.map { "\($0.path)\n\($0.stamp.text)\n" }.joined())
    changed = files.map(\.stamp.changed).max() ?? 0
    place = files.map(\.stamp.place).hashValue
  }
}
