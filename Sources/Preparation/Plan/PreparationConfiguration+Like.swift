import Corpora
import Options
import Samples
import Shards
import Text

extension PreparationConfiguration {
  /// The configuration of a folder, for other data.
  ///
  /// - Parameters:
  ///   - corpus: what is prepared; its own options are the folder's if that holds the same corpus.
  ///   - given: the options beside `--like`: those that name input and output, say how fast, or say what the folder's
  ///     configuration says too.
  /// - Throws: `DataError` 64 for an option that contradicts the folder, or that says how to divide or fit.
  init(like folder: LikeFolder, corpus: any Corpus, given: GivenOptions, threads: Int, memory: Int) throws {
    self.init(corpus: corpus, root: "", output: "", threads: threads, memory: memory)
    roots = []
    if let option = Self.dividing.first(where: { given[$0] != nil }) {
      throw DataError(
        .usage, "--\(option) is given beside --like, which divides and fits nothing",
        expected: "one of the two", advice: "Leave --\(option) out: everything is of the one split predict.")
    }
    let own = Self.options(of: corpus)
    let takenOver = Self.options + (folder.manifest.dataset == corpus.name ? own : [])
    // Shares and seed of the folder's own division have no meaning here.
    split = .undivided
    do {
      try takenOver.restore(folder.manifest.config, into: &self)
    } catch let error as DataError {
      throw error.inFile(folder.path + "/" + Manifest.name).advising(
        "Use the version of msa-prep that made the folder, or prepare it again.")
    }
    resetOwn()
    try apply(given, of: own + Self.options, fixed: Set(takenOver.map(\.argument.name)), folder)
    like = folder
    split = .undivided
    try input.corpus.complete(&input.roots, modalities: modalities)
  }

  /// Options that say how a corpus is divided and what is fitted, or what of that is let pass.
  private static let dividing = ["split", "folds", "ratios", "seed", "no-valid", "allow-leaks"]

  /// Recorded options that are about the data, not about how they are prepared.
  private static let aboutData: Set<String> = ["limit", "license", "date-published"]

  /// What the folder's data were like says nothing about these.
  private mutating func resetOwn() {
    hasNoValid = false
    limit = nil
    (license, datePublished) = (nil, nil)
    (allowsSuspectTimes, skipsBadEntries) = (false, false)
  }

  /// Applies options, of which some must say what is so already.
  private mutating func apply(
    _ given: GivenOptions, of definitions: [OptionDefinition<Self>], fixed: Set<String>, _ folder: LikeFolder
  ) throws {
    let free = definitions.permissions().union(Self.aboutData)
    for definition in definitions {
      let name = definition.argument.name
      guard let texts = given[name], name != Self.likeOption else { continue }
      let before = definitions.recorded(self)
      try definition.apply(texts, to: &self)
      guard fixed.contains(name), !free.contains(name) else { continue }
      let after = definitions.recorded(self)
      guard let key = Set(before.keys).union(after.keys).sorted().first(where: { before[$0] != after[$0] }) else {
        continue
      }
      throw DataError(
        .usage, "--\(name) contradicts --like",
        expected: "\(key) \(Self.words(before[key])), as the folder \(folder.path) was prepared",
        advice: "Leave --\(name) out.")
    }
  }

  private static func words(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: "unset"
    case .string(let text): text
    case .array(let values): values.map(words).joined(separator: ",")
    case .some(let value): value.canonicalText
    }
  }
}
