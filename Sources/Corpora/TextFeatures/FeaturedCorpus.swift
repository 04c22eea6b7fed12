import Digests
import Files
import Samples
import Text
public import Workers

/// A corpus whose words have rows of values that others made (`--text-features`), whatever the corpus.
public struct FeaturedCorpus: FoundCorpus {
  private let base: any FoundCorpus
  private let request: CorpusRequest
  private let arrays: NamedArrays

  /// The role of the source.
  static let role = "text-features"

  /// The corpus with the features that the request names; itself if it names none.
  ///
  /// - Throws: `DataError` 66 when they are not there, 65 when they are of another kind, 64 when text is not prepared.
  public static func adding(to corpus: any FoundCorpus, _ request: CorpusRequest) throws -> any FoundCorpus {
    guard let path = request.textFeatures else { return corpus }
    guard request.modalities.contains(.text) else {
      throw DataError(
        .usage, file: path, "--text-features is given but text is not among --modalities",
        advice: "Leave it out, or add text to --modalities.")
    }
    return FeaturedCorpus(base: corpus, request: request, arrays: try NamedArrays(role: role, path: path))
  }

  private init(base: any FoundCorpus, request: CorpusRequest, arrays: NamedArrays) {
    (self.base, self.request, self.arrays) = (base, request, arrays)
  }

  /// Reading the features takes long, so nothing is open yet.
  public var opened: OpenedCorpus? { nil }
  /// The corpus's, then the features.
  public var sources: [Source] { base.sources + [arrays.source] }

  /// Reads the features, unless an earlier run did.
  public func open(keepingIn work: () throws -> WorkFolder, progress: any ProgressSink) throws -> OpenedCorpus {
    let folder = try work()
    let corpus = try base.open(keepingIn: { folder }, progress: progress)
    let stage = IngestStage<TextFeatures>(
      folder: folder.path, identity: identity(arithmetic: folder.arithmetic), prefix: "text-")
    if let earlier = try stage.finished() {
      return try featured(corpus, earlier.found, store: InputFile(path: earlier.store))
    }
    try stage.discardOthers(in: folder)
    let writer = try SequenceStoreWriter(path: stage.storePath)
    let found: TextFeatures
    do {
      found = try TextFeatureIngest(arrays: arrays).run(into: writer, progress)
      _ = try FeatureNameMatch(Set(found.rows.keys), of: corpus, source: arrays.path)
    } catch {
      writer.discard()
      throw error
    }
    let store = try writer.commit(named: stage.storePath(of:))
    try stage.finish(found, store: store)
    return try featured(corpus, found, store: InputFile(path: store))
  }

  /// The same without values: nothing is written.
  public func survey() throws -> OpenedCorpus {
    try featured(base.survey(), TextFeatureIngest(arrays: arrays).run(into: nil, SilentProgress()), store: nil)
  }

  /// The corpus's, and what the folder or file is now.
  public func currentSources() throws -> [Source] {
    try base.currentSources() + [NamedArrays(role: Self.role, path: arrays.path).source]
  }

  /// Nil where those of the corpus are made from what is read of each recording.
  public func fingerprints(progress: any ProgressSink) throws -> [String?]? {
    guard let own = try base.fingerprints(progress: progress) else { return nil }
    return own + [Self.fingerprint(of: try TextFeatureIngest(arrays: arrays).run(into: nil, progress))]
  }

  private func identity(arithmetic: Int) -> String {
    let members: JSONValue = [
      "source": [.string(arrays.source.name), .string(arrays.source.stamp.text)], "arithmetic": .integer(arithmetic),
    ]
    return SHA256.hexDigest(of: members.canonicalText)
  }

  /// XXH3-128 over the names and rows, whatever the form and order of the files.
  private static func fingerprint(of features: TextFeatures) -> String {
    var fingerprint = Fingerprint()
    for (name, rows) in features.rows.sortedByBytes(\.key) {
      fingerprint.update(name)
      fingerprint.update("\(rows.rowCount) \(rows.width) \(rows.digest)")
    }
    return fingerprint.hexDigest()
  }

  // MARK: - What the rest of a run sees

  private func featured(_ corpus: OpenedCorpus, _ found: TextFeatures, store: InputFile?) throws -> OpenedCorpus {
    guard let words = corpus.features[.text] else {
      throw DataError(.internalBug, file: arrays.path, "text features for a corpus without words")
    }
    let match = try FeatureNameMatch(Set(found.rows.keys), of: corpus, source: arrays.path)
    var corpus = corpus
    corpus.features[.text] = FeaturedWords(
      words: words, source: arrays.path, features: found, samples: match.samples, store: store, pauses: request.pauses)
    corpus.vectors = nil
    corpus.wordsWithoutVector = []
    var source = arrays.source
    source.facts = ["entries": .integer(found.rows.count), "width": .integer(found.width)]
    source.fingerprint = Self.fingerprint(of: found)
    corpus.sources.append(source)
    corpus.sourceNames[.text] = source.name
    corpus.columnNames[.text] = nil
    // Others were left unread: their features are no strays.
    let strays = request.limit == nil ? match.strays : []
    let facts: [String: JSONValue] = [
      "files": .integer(found.rows.count),
      "rows": .integer(found.rows.values.reduce(0) { $0 + $1.rowCount }), "width": .integer(found.width),
      "one_row_each": .bool(found.areSentences), "counts": found.tally.json,
    ]
    corpus.facts["text_features"] = .object(facts.merging(match.facts(strays: strays)) { own, _ in own })
    corpus.warnings += warnings(found, match, strays)
    if request.missing == .drop {
      for recording in match.lackingRecordings where corpus.leftOut[recording] == nil {
        corpus.leftOut[recording] = .missingText
      }
    }
    return corpus
  }

  private func warnings(_ found: TextFeatures, _ match: FeatureNameMatch, _ strays: [String]) -> [String] {
    var list: [String] = []
    if found.areSentences, request.granularity == .word || request.granularity == .frame {
      list.append("text: one vector per text: all words of a sample have the same row.")
    }
    list += match.warnings(of: .text, strays: strays, request.missing)
    let tokenless = found.tally["words.without_token"]
    if tokenless > 0 {
      list.append("text: \(tokenless.counted("word")) without a token: NaN, for cleaning to deal with.")
    }
    let indices = found.tally["indices.without_rows"]
    if indices > 0 { list.append("text: \(indices.counted("array")) of word indices without an array of rows.") }
    return list
  }
}
