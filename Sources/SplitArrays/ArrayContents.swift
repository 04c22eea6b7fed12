import Archives
import ArrayFiles
import Files
import Pickles
package import Text

/// What a pickle or an .npz file holds, for people who look into it, whatever its layout.
package enum ArrayContents {
  /// More keys than this are counted, not shown.
  private static let keyLimit = 100

  /// Describes a file: its keys with types and shapes, under the splits if it has them; nil for a file of another kind.
  ///
  /// A pickle is not executed.
  /// - Throws: `DataError` 66 if it cannot be opened, 65 if it is damaged, or is a pickle of something else than data.
  package static func json(of path: String) throws -> JSONValue? {
    if try Folder.entry(at: path) == .folder { return nil }
    let file = try InputFile(path: path)
    let kind = try FileKind(of: file)
    let isPickle = ColumnFile.isPickle(kind, path)
    guard isPickle || kind == .npz else { return nil }
    var members = try isPickle ? contents(of: Pickle.read(path)) : ["arrays": arrays(in: path)]
    members["path"] = .string(path)
    members["kind"] = isPickle ? "pickle" : "npz"
    members["bytes"] = .integer(file.byteCount)
    return .object(members)
  }

  private static func contents(of root: PickleValue) -> [String: JSONValue] {
    guard case .dictionary(let dictionary) = root else { return ["value": .string(PickleDescription.of(root))] }
    let parts = listed(dictionary) { value in
      if case .dictionary(let inner) = value {
        .object(listed(inner) { .string(PickleDescription.ofPart($0)) })
      } else {
        .string(PickleDescription.ofPart(value))
      }
    }
    return ["keys": .object(parts)]
  }

  private static func listed(
    _ dictionary: PickledDictionary, _ describe: (PickleValue) -> JSONValue
  ) -> [String: JSONValue] {
    let pairs = dictionary.pairs
    var members: [String: JSONValue] = [:]
    for pair in pairs.prefix(keyLimit) {
      members[pair.key.text ?? PickleDescription.of(pair.key)] = describe(pair.value)
    }
    if pairs.count > keyLimit { members["…"] = .string("\((pairs.count - keyLimit).grouped) more") }
    return members
  }

  private static func arrays(in path: String) throws -> JSONValue {
    var members: [String: JSONValue] = [:]
    var count = 0
    try FileTrees.open(path, limits: ColumnFile.limits).forEachFile {
      guard $0.hasSuffix(".npy") else { return false }
      count += 1
      return count <= keyLimit
    } _: { file in
      do {
        members[String(file.path.dropLast(4))] = .string(try NpyArray.summary(of: file.bytes))
      } catch var error as DataError {
        error.place = file.path
        throw error.inFile(path)
      }
    }
    if count > keyLimit { members["…"] = .string("\((count - keyLimit).grouped) more") }
    return .object(members)
  }
}
