import Archives
import Files
import Samples
import Text

/// A folder or archive of ready-made features, which replace what the release has.
struct ReadyFeatures: Sendable {
  let stream: TurnStream
  let tree: SourceTree
  /// Rows per second if the files do not give their times.
  let rate: Double
  /// The face that is taken from tables with several.
  let face: Int?

  /// What messages call a file of the tree.
  func name(of member: String) -> String {
    tree.path + (tree.tree is FolderTree ? "/" : ": ") + member
  }
}

/// Which files of a tree hold ready-made features, and of which turns.
///
/// A file is named after its turn: `<turn>.npy`, `.csv` or `.mat`, in any folder and with the extension in any case. If
/// no file has exactly such a name, one kind of names with a suffix after the turn will do: `<turn>.wav.npy`,
/// `<turn>_hubert.npy`.
struct FeatureNames: Sendable {
  /// What follows the turn in the names of the files that are taken; nil if no file is named after a turn.
  private let tail: String?
  /// Files that are named after a turn in another way, and the first of them by its bytes.
  let passedOver: NamedFiles?
  /// Files that are not named after a turn, or of another format, and the first of them by its bytes.
  let strays: NamedFiles?

  /// Goes through the names of a tree; for an archive this takes a separate pass.
  ///
  /// - Throws: `DataError` 65 when several kinds of names leave open which files are meant.
  init(_ source: ReadyFeatures) throws {
    var kinds: [String: NamedFiles] = [:]
    var strays: NamedFiles?
    try source.tree.tree.forEachFile { path in
      if let tail = Self.parts(path)?.tail {
        kinds[tail] = (kinds[tail] ?? NamedFiles()).adding(path)
      } else {
        strays = (strays ?? NamedFiles()).adding(path)
      }
      return false
    } _: { _ in
    }
    self.strays = strays
    // Files beside those of the turns (<turn>_meta.csv) do not outnumber these.
    let exact = kinds[""]?.count ?? 0
    if kinds.count > 1, exact == 0 || kinds.contains(where: { $0.value.count > exact }) {
      let firsts = kinds.sorted { $0.key < $1.key }.map(\.value.first)
      throw DataError(
        .badData, file: source.name(of: firsts[0]), "is next to \(firsts[1]): two kinds of names",
        expected: "one file per turn, called <turn>.npy, .csv or .mat",
        advice: "Keep one kind in the folder, or give the files of one kind their turns' names.")
    }
    let tail = exact > 0 ? "" : kinds.keys.first
    self.tail = tail
    let others = kinds.filter { $0.key != tail }.values
    passedOver = others.isEmpty ? nil : others.reduce(NamedFiles()) { $0.adding($1) }
  }

  /// The turn whose features a file holds; nil for a file that is not taken.
  func turn(of path: String) -> String? {
    guard let parts = Self.parts(path), parts.tail == tail else { return nil }
    return parts.turn
  }

  /// Whether a file may turn out to be one of features.
  static func isCandidate(_ path: String) -> Bool { parts(path) != nil }

  /// Bytes of a turn's id: `Ses01F_impro01_F000` and `Ses05M_script01_1b_F000`.
  private static let idLengths = 19...23

  /// The turn that a file's name begins with, and what follows it up to the extension .npy, .csv or .mat, in lower case.
  private static func parts(_ path: String) -> (turn: String, tail: String)? {
    let name = Folder.name(of: path)
    guard let dot = name.lastIndex(of: "."), ["npy", "csv", "mat"].contains(name[dot...].dropFirst().lowercased())
    else {
      return nil
    }
    let stem = Array(name[..<dot].utf8)
    for length in idLengths.reversed() where length <= stem.count {
      guard let id = UtteranceID(String(decoding: stem[..<length], as: UTF8.self)) else { continue }
      let tail = String(decoding: stem[length...], as: UTF8.self).lowercased()
      if let next = tail.unicodeScalars.first, next.properties.isAlphabetic || "0"..."9" ~= next { return nil }
      return (id.text, tail)
    }
    return nil
  }
}

/// Some files: how many, and the first of them by its bytes.
struct NamedFiles: Hashable, Sendable {
  var count = 0
  var first = ""

  /// With one more.
  func adding(_ file: String) -> NamedFiles { adding(NamedFiles(count: 1, first: file)) }

  /// With others.
  func adding(_ other: NamedFiles) -> NamedFiles {
    let isBefore = count > 0 && first.precedesInBytes(other.first)
    return NamedFiles(count: count + other.count, first: isBefore ? first : other.first)
  }
}
