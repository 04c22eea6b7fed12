import Corpora
import Files
import Text

/// `.state.json` of a prepared folder: sizes and times of the input files when the folder was made.
///
/// It saves a later run from reading all input to see that nothing has changed, and serves nothing else: it is not part
/// of the folder's contents, the manifest, or any comparison. If it is missing or disagrees, the contents decide.
struct FolderState {
  /// The file's name inside the prepared folder.
  static let name = ".state.json"

  private let json: JSONValue
  /// The last change of any input, in nanoseconds since 1970.
  private let changed: Int

  /// File system clocks tick in steps of up to two seconds (FAT): what changed that shortly before the state was
  /// written may have changed again since, at the same time by that clock.
  private static let clockStep = 2_000_000_000
  private static let largest = 1 << 24

  /// The state of a folder made from these inputs as they are now.
  init(manifestDigest: String, inputs: [Source]) {
    json = [
      "format": "msa-state/1", "manifest_sha256": .string(manifestDigest),
      "inputs": .array(
        inputs.map {
          ["role": .string($0.role), "name": .string($0.name), "stamp": .string($0.stamp.text)]
        }),
    ]
    changed = inputs.map(\.stamp.changed).max() ?? 0
  }

  /// Whether a folder's file agrees, and was written when no input had just changed.
  func isNoted(in folder: String) throws -> Bool {
    let path = folder + "/" + Self.name
    guard try Folder.entry(at: path) != nil else { return false }
    guard changed < (try InputFile(path: path).modified) - Self.clockStep else { return false }
    do {
      return try JSONValue(contentsOf: path, limit: Self.largest) == json
    } catch let error as DataError where error.code == .badData {
      // It is not made durable: a power cut may have torn it.
      return false
    }
  }

  /// Writes the file.
  func write(to folder: String) throws {
    var file = try AtomicFile(path: folder + "/" + Self.name, isDurable: false)
    try file.write(json.prettyText)
    try file.commit()
  }
}
