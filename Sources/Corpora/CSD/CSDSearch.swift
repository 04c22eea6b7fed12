import Files
import HDF5
import Samples
import Text

/// Searches a folder for the files of a corpus.
struct CSDSearch {
  private let root: String
  private let prefersWords: Bool
  private let folds: FoldFile?
  private let indexer: CSDIndexer
  private var paths: [String]?
  /// Files that had to be opened to be told apart, by path.
  private(set) var opened: [String: CSDFile] = [:]
  /// Why a file could not be opened, by path.
  private var failures: [String: DataError] = [:]

  /// Levels of folders that are searched: the folder itself, `CMU_MOSEI`, `visuals`.
  private static let depth = 3
  /// The most .csd files that are opened: the CMU SDK offers about ten per corpus.
  private static let fileLimit = 64
  /// Names in folders that are looked at: a mistaken `--root /` must end soon.
  private static let nameLimit = 20_000

  init(root: String, prefersWords: Bool, folds: FoldFile?, indexer: CSDIndexer) {
    self.root = root
    self.prefersWords = prefersWords
    self.folds = folds
    self.indexer = indexer
  }

  /// The file for a role.
  ///
  /// - Throws: `DataError` 66 when there is none, 65 when there are several or the only one is damaged.
  mutating func path(of role: CSDRole) throws -> String {
    try checkRoot(for: role)
    let folder = root + "/" + role.folder
    try NodeKind.requireFileOrFolder(
      folder, expected: "the folder of the \(role.name) file", advice: "Name the file with \(role.flag).")
    let inFolder = try Folder.entry(at: folder) == .folder ? Self.csdFiles(in: folder) : []
    let standard = folder + "/" + role.standardName
    if inFolder.contains(standard), inFolder.count == 1 || role != .features(.text) || !prefersWords { return standard }
    if inFolder.count == 1 { return inFolder[0] }
    let all = try inFolder.isEmpty ? allFiles(for: role) : inFolder
    // Opens files, which `preferred` looks at.
    let candidates = try all.filter { try self.role(of: $0) == role }
    let fitting = preferred(candidates, for: role)
    if fitting.count == 1 { return fitting[0] }
    // A damaged file may be the one that is missing; its own error says more.
    if fitting.isEmpty, let failure = all.compactMap({ failures[$0] }).first { throw failure }
    throw try failure(role, fitting: fitting, all: all)
  }

  private func checkRoot(for role: CSDRole) throws {
    if root.isEmpty {
      throw DataError(
        .usage, "no \(role.name) file", advice: "Name it with \(role.flag), or give the corpus's folder with --root.")
    }
    if try Folder.entry(at: root) == nil {
      throw DataError(
        .inputMissing, file: root, "does not exist", expected: "the corpus's folder", advice: "Check --root.")
    }
    try NodeKind.requireFolder(root, expected: "the corpus's folder", advice: "Check --root.")
  }

  /// Of word vectors and word strings, the ones that can be used.
  private func preferred(_ paths: [String], for role: CSDRole) -> [String] {
    if role != .features(.text) || paths.count < 2 { return paths }
    let fitting = paths.filter { opened[$0]?.isText == prefersWords }
    return fitting.isEmpty ? paths : fitting
  }

  /// What a file is, by its root name, or else its own name and its folder's; nil if they say nothing or the file
  /// cannot be opened.
  ///
  /// - Throws: `DataError` 71 or 74 when it cannot be told: the file may be the one being searched for.
  private mutating func role(of path: String) throws -> CSDRole? {
    if opened[path] == nil, failures[path] == nil {
      do {
        opened[path] = try CSDFile.open(indexer.hdf5.start(path), folds: folds)
      } catch let error as DataError where error.tellsOfInput {
        failures[path] = error
      }
    }
    guard let file = opened[path] else { return nil }
    if file.rootName.lowercased().contains("phone") { return nil }
    if let role = CSDRole(namedBy: file.rootName) { return role }
    let parts = path.dropFirst(root.count).split(separator: "/")
    return parts.reversed().lazy.compactMap { CSDRole(namedBy: String($0)) }.first
  }

  private mutating func allFiles(for role: CSDRole) throws -> [String] {
    if let paths { return paths }
    var found: [String] = []
    var nameCount = 0
    try Self.collect(in: root, depth: Self.depth, into: &found, nameCount: &nameCount)
    if nameCount > Self.nameLimit || found.count > Self.fileLimit {
      throw DataError(
        .badData, file: root, "\(found.count) .csd files among \(nameCount) names",
        expected: "at most \(Self.fileLimit) among \(Self.nameLimit)",
        advice: "Give the folder of one corpus with --root, or name the file with \(role.flag).")
    }
    paths = found
    return found
  }

  private static func collect(
    in folder: String, depth: Int, into found: inout [String], nameCount: inout Int
  ) throws {
    let names = try namesOfCorpus(in: folder)
    nameCount += names.count
    if nameCount > nameLimit { return }
    for name in names {
      let path = folder + "/" + name
      if try Folder.entry(at: path) == .folder {
        if depth > 1 { try collect(in: path, depth: depth - 1, into: &found, nameCount: &nameCount) }
      } else if name.lowercased().hasSuffix(".csd") {
        found.append(path)
      }
    }
  }

  private static func csdFiles(in folder: String) throws -> [String] {
    try namesOfCorpus(in: folder).filter { $0.lowercased().hasSuffix(".csd") }.map { folder + "/" + $0 }
  }

  /// The names in a folder that may be of a corpus.
  ///
  /// - Throws: `DataError` 65 for a `.csd` file whose name is not UTF-8: it would be missing without a word.
  private static func namesOfCorpus(in folder: String) throws -> [String] {
    let listing = try Folder.listing(of: folder)
    if let name = listing.undecodable.first(where: { $0.lowercased().hasSuffix(".csd") && !$0.hasPrefix(".") }) {
      throw DataError(
        .badData, file: folder, place: name, "the name is not UTF-8", expected: "names in UTF-8",
        advice: "Rename the file.")
    }
    return listing.names.filter { !$0.hasPrefix(".") }
  }

  private func failure(_ role: CSDRole, fitting: [String], all: [String]) throws -> DataError {
    let shown = (fitting.isEmpty ? all : fitting).prefix(12).map { path in
      let name = String(path.dropFirst(root.count).drop { $0 == "/" })
      return opened[path].map { "\(name) (root name \"\($0.rootName)\")" } ?? name
    }
    let list = shown.joined(separator: ", ")
    if !fitting.isEmpty {
      return DataError(
        .badData, file: root, "\(fitting.count) \(role.name) files: \(list)", expected: "one",
        advice: "Name the one you want with \(role.flag).")
    }
    let problem = all.isEmpty ? "no .csd file" : "no \(role.name) file among \(list)"
    let leaveOut = role == .labels ? "" : ", or leave \(role.name) out with --modalities"
    if all.isEmpty {
      for corpus in CorpusRegistry.shipped.corpora {
        guard let sign = try corpus.sign(in: root), let command = corpus.command else { continue }
        return DataError(
          .inputMissing, file: root, "is a release of \(corpus.name): it has \(sign) and no .csd file",
          expected: "a folder of .csd files", advice: "Prepare it with msa-prep \(command).")
      }
    }
    return DataError(.inputMissing, file: root, problem, advice: "Name it with \(role.flag)\(leaveOut).")
  }
}
