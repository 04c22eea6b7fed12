public import HDF5

/// One entry of a computational sequence: the rows of a recording, or of a part of it.
public struct CSDEntry: Hashable, Sendable {
  /// The name in the file: `125845`, or `125845[3]` in files that were already aligned.
  public let id: String
  /// The recording that the entry belongs to: the id without `[3]`.
  public let recording: String
  /// The features: [rowCount, width], higher axes flattened.
  public let features: HDF5Dataset
  /// Start and end of each row in seconds: [rowCount, 2].
  public let intervals: HDF5Dataset

  /// How many rows; 0 for an entry that was left empty.
  public var rowCount: Int { features.shape.isEmpty ? 0 : features.rowCount }
  /// Values in a row.
  public var width: Int { features.width }
  /// Whether the features are words, [n] or [n, 1], and not numbers.
  public var isText: Bool { features.type.isText }

  /// The recording of an entry's name: `vid[k]` belongs to `vid`, also where it was aligned twice (`vid[k][l]`).
  public static func recording(of id: String) -> String { part(of: id, depth: 0) }

  /// The part of a recording that an entry's name belongs to: with a depth of 1 `vid[k]` for `vid[k][l]`, with 0 `vid`; a
  /// name that is no deeper is the part itself.
  public static func part(of id: String, depth: Int) -> String {
    let starts = numberStarts(id)
    return starts.count > depth ? String(decoding: id.utf8[..<starts[starts.count - 1 - depth]], as: UTF8.self) : id
  }

  /// How many numbers in brackets a name ends with: 0 for `vid`, 1 for `vid[k]`, 2 for `vid[k][l]`.
  public static func depth(of id: String) -> Int { numberStarts(id).count }

  /// Where the numbers in brackets at the end of a name begin, the last one first.
  private static func numberStarts(_ id: String) -> [String.Index] {
    var name = id.utf8[...]
    var starts: [String.Index] = []
    while name.last == UInt8(ascii: "]"), let bracket = name.lastIndex(of: UInt8(ascii: "[")),
      bracket != name.startIndex
    {
      let digits = name[name.index(after: bracket)...].dropLast()
      if digits.isEmpty || !digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) { break }
      name = name[..<bracket]
      starts.append(bracket)
    }
    return starts
  }
}
