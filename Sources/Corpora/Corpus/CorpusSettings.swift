public import Options
public import Samples
import Text

/// What a user decides about the input of a preparation: the corpus, its location and how it is split.
///
/// The options that only one corpus has set members of this (`Corpus.optionDefinitions`).
public struct CorpusSettings: Sendable {
  /// What is prepared, with its own options.
  public var corpus: any Corpus
  /// The folder that holds the input files; for a release also an archive, or several that make up one release.
  public var roots: [String]
  /// How recordings are split.
  public var split: SplitPolicy
  /// What happens to a recording that lacks a modality.
  public var missing: MissingPolicy
  /// Continues without recordings that have an unreadable or malformed entry.
  public var skipsBadEntries = false

  /// The corpus's defaults.
  public init(_ corpus: any Corpus, root: String) {
    self.corpus = corpus
    roots = [root]
    split = corpus.defaultSplit
    missing = corpus.defaultMissing
  }
}

extension OptionDefinition where Target == CorpusSettings {
  /// `--root`, which names one folder, or several parts of a corpus.
  public static func root(isRequired: Bool = true, _ valueName: String = "dir", help: String) -> Self {
    .texts("root", form: .repeated, isRequired: isRequired, valueName, record: .contents, help: help) { $0.roots = $1 }
  }

  /// `--missing`.
  ///
  /// - Parameter usual: the default, the corpus's `defaultMissing`.
  public static func missing(default usual: MissingPolicy, help: String) -> Self {
    .value("missing", \.missing, default: usual, "policy", help: help)
  }

  /// `--split` of a corpus whose files say which split each sample is in.
  public static var declaredSplit: Self {
    .parsed(
      "split", defaultText: "declared", "how", excludes: ["folds", "ratios"],
      read: { text in
        switch text {
        case "declared": SplitPolicy.declared
        case "group": .byGroup
        default: nil
        }
      },
      expectation: "declared or group",
      record: .members(
        write: { settings, members in
          // A division by group is recorded as the shares and the seed that it is.
          if settings.split == .declared { members["split"] = .string("declared") }
        },
        read: { settings, config in
          let isDeclared = try config.recorded("split") { $0.text == "declared" ? true : nil }
          if isDeclared == true { settings.split = .declared }
        }),
      help: "As the files say (declared), or by recording, shuffled by --seed (group), as --ratios 0.7,0.15,0.15 does."
    ) { $0.split = $1 }
  }
}
