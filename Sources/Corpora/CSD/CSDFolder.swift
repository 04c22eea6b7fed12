import HDF5
public import Samples
import Text
import Workers

/// The computational sequences of a corpus: a file for each modality, and the labels.
public struct CSDFolder: Sendable {
  /// The file of each modality that was asked for.
  public let files: [Modality: CSDFile]
  /// The label file.
  public let labels: CSDFile

  /// Finds and opens the files of a corpus.
  ///
  /// A file named by the user takes precedence. Otherwise CMU-MOSEI's sub-folder (`visuals`, `acoustics`, `languages`,
  /// `labels`) is searched: its standard file, else its only .csd file. Otherwise all .csd files of the folder, down to
  /// three levels, are told apart by their root names. If both word vectors and word strings are found, the vectors are
  /// taken, or the strings with `prefersWords`.
  /// - Parameters:
  ///   - root: the corpus's folder; may be empty if every file is named.
  ///   - files: files that the user named.
  ///   - labelFile: the label file that the user named.
  ///   - prefersWords: whether there is a file of word vectors to look word strings up in (`--glove`).
  ///   - folds: where entries of a file differ in width or kind, the recordings that these name decide which is right.
  /// - Throws: `DataError` 66 when the folder or a file is missing, 65 when several files fit or a file is damaged; the
  ///   message lists what was found and names the option that decides. Defects of single entries are left to the caller.
  public static func open(
    root: String, files: [Modality: String] = [:], labelFile: String? = nil, modalities: [Modality],
    prefersWords: Bool = false, folds: FoldFile? = nil, indexer: CSDIndexer
  ) throws -> CSDFolder {
    let roles = modalities.sorted().map { CSDRole.features($0) } + [.labels]
    var search = CSDSearch(root: root, prefersWords: prefersWords, folds: folds, indexer: indexer)
    let paths = try roles.map { role in
      switch role {
      case .features(let modality): try files[modality] ?? search.path(of: role)
      case .labels: try labelFile ?? search.path(of: role)
      }
    }
    let known = search.opened
    // Each file is indexed by a separate process, so none waits for another. They start before any thread does.
    let started = try zip(paths, roles).map { path, role in
      try known[path] == nil ? start(path, role: role, indexer: indexer) : nil
    }
    let opened = try OrderedWorkers(threadCount: roles.count).map(count: roles.count) { index in
      guard let file = try started[index].map({ try CSDFile.open($0, folds: folds) }) ?? known[paths[index]] else {
        throw DataError(.internalBug, file: paths[index], "was neither opened nor started")
      }
      if roles[index] != .features(.text) { try file.requireNumbers(for: roles[index].flag) }
      return file
    }
    var found: [Modality: CSDFile] = [:]
    for (role, file) in zip(roles, opened) {
      if case .features(let modality) = role { found[modality] = file }
    }
    return CSDFolder(files: found, labels: opened[roles.count - 1])
  }

  private static func start(_ path: String, role: CSDRole, indexer: CSDIndexer) throws -> HDF5Indexing {
    do {
      return try indexer.hdf5.start(path)
    } catch var error as DataError where error.code == .inputMissing {
      error.advice = "Check the path given with \(role.flag)."
      throw error
    }
  }
}
