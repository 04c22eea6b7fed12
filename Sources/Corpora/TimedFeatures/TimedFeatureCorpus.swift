import Digests
import Files
import Samples
import Text
import Workers

/// A corpus in which ready-made features take the place of some of its own sequences.
struct TimedFeatureCorpus: FoundCorpus {
  /// Without sequences of these modalities.
  let base: OpenedCorpus
  let request: CorpusRequest
  let files: [FeatureFiles]

  /// Reading the features takes long, so nothing is open yet.
  var opened: OpenedCorpus? { nil }
  var sources: [Source] { base.sources + files.map(\.source) }

  func open(keepingIn work: () throws -> WorkFolder, progress: any ProgressSink) throws -> OpenedCorpus {
    let folder = try work()
    var corpus = base
    for files in files {
      let stage = IngestStage<TimedFeatures>(
        folder: folder.path, identity: identity(of: files, arithmetic: folder.arithmetic), prefix: "\(files.modality)-")
      if let earlier = try stage.finished() {
        try add(files, earlier.found, store: InputFile(path: earlier.store), to: &corpus)
        continue
      }
      try stage.discardOthers(in: folder)
      let writer = try SequenceStoreWriter(path: stage.storePath)
      let found: TimedFeatures
      do {
        found = try files.read(into: writer, indexer: request.indexer.hdf5, progress)
        var check = corpus
        try add(files, found, store: nil, to: &check)
      } catch {
        writer.discard()
        throw error
      }
      let store = try writer.commit(named: stage.storePath(of:))
      try stage.finish(found, store: store)
      try add(files, found, store: InputFile(path: store), to: &corpus)
    }
    return corpus
  }

  func survey() throws -> OpenedCorpus {
    var corpus = base
    for files in files {
      let found = try files.read(into: SequenceStoreWriter(), indexer: request.indexer.hdf5, SilentProgress())
      try add(files, found, store: nil, to: &corpus)
    }
    return corpus
  }

  func currentSources() throws -> [Source] {
    try base.currentSources()
      + files.map { try FeatureFiles(modality: $0.modality, path: $0.path, rate: $0.rate, face: $0.face).source }
  }

  /// Nil: those of the corpus are made from what is read of each recording.
  func fingerprints(progress: any ProgressSink) throws -> [String?]? { nil }

  private func identity(of files: FeatureFiles, arithmetic: Int) -> String {
    let members: JSONValue = [
      "source": [.string(files.source.name), .string(files.source.stamp.text)], "rate": .number(files.rate),
      "face": files.face.map { .integer($0) } ?? .null, "arithmetic": .integer(arithmetic),
    ]
    return SHA256.hexDigest(of: members.canonicalText)
  }

  /// - Throws: `DataError` 65 when names or lengths do not fit the corpus.
  private func add(
    _ files: FeatureFiles, _ found: TimedFeatures, store: InputFile?, to corpus: inout OpenedCorpus
  ) throws {
    let modality = files.modality
    let placement = try FeaturePlacement(files, found, of: corpus)
    if !request.allowsSuspectTimes { try placement.requireLengths() }
    let width = found.rows.values.first?.width ?? 0
    corpus.features[modality] = PlacedRows(path: files.path, store: store, width: width, parts: placement.parts)
    var source = files.source
    source.facts = [
      "entries": .integer(found.rows.count), "rows": .integer(found.rows.values.reduce(0) { $0 + $1.rowCount }),
      "width": .integer(width),
    ]
    source.fingerprint = found.fingerprint
    corpus.sources.append(source)
    corpus.sourceNames[modality] = source.name
    let areNames = found.columns.count == width && Set(found.columns).count == width
    corpus.columnNames[modality] = areNames ? found.columns : nil
    // Others were left unread: their features are no strays.
    let strays = request.limit == nil ? placement.match.strays : []
    let facts: [String: JSONValue] = [
      "files": .integer(found.rows.count), "rows": source.facts["rows"] ?? 0, "width": .integer(width),
      "counts": found.tally.json,
    ]
    corpus.facts["\(modality)_features"] = .object(
      facts.merging(placement.match.facts(strays: strays)) { own, _ in own })
    if found.rows.values.allSatisfy({ $0.rowCount == 1 }), [.word, .frame].contains(request.granularity) {
      corpus.warnings.append("\(modality): one vector per file: all words of it have the same row.")
    }
    corpus.warnings += placement.warnings + placement.match.warnings(of: modality, strays: strays, request.missing)
  }
}
