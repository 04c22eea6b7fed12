public import Corpora
import Digests
import Options
import Samples
public import Text

extension PreparationConfiguration {
  /// The part that decides the bytes of the output, without paths that differ between machines; goes into the manifest.
  public var fingerprinted: JSONValue {
    var members = recordedOptions.recorded(self)
    members["dataset"] = .string(corpus.name)
    return .object(members)
  }

  /// The configuration that a manifest records, to prepare the same bytes again.
  ///
  /// Paths are not part of a manifest: the caller names the input files, the fold file if there was one (`split` is
  /// then `.folds` with an empty path), and the folder that it was prepared like (`split` is then `.undivided`).
  /// - Parameter corpora: the registry in which the corpus is looked up by name.
  /// - Throws: `DataError` 65 that names the key that is missing or unknown.
  public init(
    recorded config: JSONValue, corpora: CorpusRegistry = .shipped, root: String, output: String, threads: Int,
    memory: Int
  ) throws {
    do {
      guard let corpus = config["dataset"]?.text.flatMap({ corpora.corpus(named: $0) }) else {
        throw DataError.unknownRecord("dataset")
      }
      self.init(corpus: corpus, root: root, output: output, threads: threads, memory: memory)
      split = .folds(path: "")
      try recordedOptions.restore(config, into: &self)
      if split == .folds(path: ""), Self.recordedFoldsDigest(config) == nil { throw DataError.unknownRecord("ratios") }
    } catch let error as DataError {
      throw error.advising("Use the version of msa-prep that made the folder.")
    }
  }

  /// Keys of `fingerprinted` that let a run continue that would otherwise fail, and change nothing else.
  var permissions: Set<String> { recordedOptions.permissions() }

  private var recordedOptions: [OptionDefinition<Self>] {
    Self.options + Self.options(of: corpus)
  }

  /// The digest of the fold lists that a manifest records; nil if the recordings were split otherwise.
  public static func recordedFoldsDigest(_ config: JSONValue) -> String? { config["folds_sha256"]?.text }

  /// The digest of fold lists, whatever the form of their file.
  public static func foldsDigest(of folds: FoldFile) -> String {
    let lists = Split.allCases.map { split in
      (split.rawValue, JSONValue.array((folds.groups[split] ?? []).sorted().map { .string($0) }))
    }
    return SHA256.hexDigest(of: JSONValue.object(Dictionary(uniqueKeysWithValues: lists)).canonicalText)
  }

  /// `fingerprinted` with what the files decide: the fold lists, whatever the form of the file.
  func fingerprint(with folds: FoldFile?) -> JSONValue {
    var members = fingerprinted.members ?? [:]
    if let folds { members["folds_sha256"] = .string(Self.foldsDigest(of: folds)) }
    return .object(members)
  }
}
