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
  /// A folder or file of rows for the words, in place of word vectors.
  public var textFeatures: String?
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

  /// `--text-features`. Its path is not part of a record; reading it back gives an empty one if there were some.
  public static var textFeatures: Self {
    .parsed(
      "text-features", "path", excludes: ["glove"], read: { $0.isEmpty ? nil : $0 },
      expectation: "a folder of .npy files, an .npz file or a safetensors file",
      record: .members(
        write: { settings, members in if settings.textFeatures != nil { members["text-features"] = true } },
        read: { settings, config in
          let isThere = try config.recorded("text-features") { $0.boolValue }
          if isThere == true { settings.textFeatures = "" }
        }),
      help: """
        Ready-made rows for the words, instead of word vectors: <id>.npy in a folder, or <id> in an .npz or safetensors \
        file; a row a word, a row a token with the word of each in <id>.word_ids (-1 for none), or one row a sentence.
        """
    ) { $0.textFeatures = $1 }
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
