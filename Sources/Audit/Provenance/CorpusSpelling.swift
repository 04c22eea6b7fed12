import Corpora
import Leaks

/// Which corpus something is of, by what it is called.
struct CorpusSpelling {
  /// As its authors write it.
  let title: String
  /// What it is called in the names of files and models; small letters and digits alone.
  private let spellings: [String]

  /// Corpora that can be prepared, and others whose lists and extractors are common.
  static let known: [CorpusSpelling] = {
    let registered = CorpusRegistry.shipped.corpora.map { CorpusSpelling(registered: $0.name) }
    return registered + others
  }()

  private static let others = [
    CorpusSpelling(title: "MSP-Podcast", spellings: ["msppodcast"]),
    CorpusSpelling(title: "CREMA-D", spellings: ["cremad", "crema"]),
    CorpusSpelling(title: "RAVDESS", spellings: ["ravdess"]),
    CorpusSpelling(title: "EmoV-DB", spellings: ["emovdb"]),
    CorpusSpelling(title: "SAVEE", spellings: ["savee"]),
    CorpusSpelling(title: "TESS", spellings: ["tess"]),
    CorpusSpelling(title: "MEAD", spellings: ["mead"]),
  ]

  private init(title: String, spellings: [String]) { (self.title, self.spellings) = (title, spellings) }

  /// A corpus is written with and without the institute before its name.
  private init(registered name: String) {
    let parts = name.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    self.init(title: name, spellings: [parts.joined()] + (parts.count > 1 ? [parts.dropFirst().joined()] : []))
  }

  /// The corpora that a name speaks of, word by word: `MSP_Podcast v1.8`, `mosei_senti_data.pkl`.
  static func all(in name: String) -> [String] {
    let words = name.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map(String.init)
    // A name of two words is written with and without a sign between them.
    let parts = Set(words + zip(words, words.dropFirst()).map { $0 + $1 } + triples(words))
    let found = known.filter { !parts.isDisjoint(with: $0.spellings) }.map(\.title)
    // `SIMS v2` is no second name of SIMS.
    return found.filter { title in !found.contains { $0 != title && $0.hasPrefix(title) } }
  }

  private static func triples(_ words: [String]) -> [String] {
    words.indices.dropLast(2).map { words[$0] + words[$0 + 1] + words[$0 + 2] }
  }

  /// The corpus that a data set is of: as it says itself, else by its samples' ids, else by the names of its files; nil where
  /// nothing tells.
  static func of(_ dataset: AuditedDataset, among corpora: CorpusRegistry) -> String? {
    if let own = all(in: dataset.corpus).first { return own }
    let spelled = corpora.corpora.first { corpus in
      !dataset.samples.isEmpty && dataset.samples.allSatisfy { corpus.dialog(ofSample: $0.id) != nil }
    }
    if let spelled { return spelled.name }
    let names = Set(dataset.files.flatMap { all(in: $0.name) })
    return names.count == 1 ? names.first : nil
  }
}
