import Files
public import Options
public import Samples
public import Text

/// IEMOCAP: ten actors in five sessions of two, as distributed, a folder or an archive of it.
public struct IEMOCAPCorpus: Corpus {
  /// The options of a release.
  public var options: IEMOCAPOptions

  /// IEMOCAP with the default options, unless others are given.
  public init(_ options: IEMOCAPOptions = IEMOCAPOptions()) { self.options = options }

  /// Its name in manifests.
  public var name: String { "IEMOCAP" }
  /// The command of `msa-prep`.
  public var command: String? { "iemocap" }
  /// Where its owners describe it.
  public var homepage: String? { "https://sail.usc.edu/iemocap/" }
  /// The paper to cite.
  public var citation: String? {
    "Busso et al.: IEMOCAP: Interactive emotional dyadic motion capture database. Language Resources and Evaluation 42, 2008."
  }
  /// Who is heard and seen.
  public var people: String? {
    "Ten actors, five women and five men, in acted and improvised dialogues in English, recorded with motion capture."
  }
  // The report tells speakers from sessions itself.
  /// What its recordings are divided by.
  public var group: GroupNoun {
    GroupNoun(plural: "speakers and dialogs", title: "Session or speaker", singular: nil)
  }
  /// How it is divided unless the user says otherwise.
  public var defaultSplit: SplitPolicy { .session(5) }
  /// What happens to a recording that lacks a modality.
  public var defaultMissing: MissingPolicy { .keep }
  /// Whether a recording is one turn of a dialog.
  public var recordingsAreTurns: Bool { true }
  /// The best published results.
  public var publishedResults: [PublishedResult] {
    [
      PublishedResult(.fourClassAccuracy, 0.817, source: "MMER, Ghosh et al., Interspeech 2023, arXiv:2203.16794"),
      PublishedResult(.sixClassAccuracy, 0.7056, source: "UniMSE, Hu et al., EMNLP 2022, arXiv:2211.11256"),
    ]
  }

  /// The options that only this corpus has.
  public var optionDefinitions: [OptionDefinition<CorpusSettings>] {
    [
      .root(
        "path",
        help:
          "The release: a folder, or a .tar, .tar.gz, .tar.xz or .zip of it; may be repeated if it is in several pieces."
      ),
      IEMOCAPOptions.split,
    ] + IEMOCAPOptions.definitions.map { $0.within(\.release) } + [
      .textFeatures,
      .missing(default: .keep, help: "What happens to a turn that lacks a modality: left out, or kept and masked."),
    ]
  }

  /// Refuses options that do not go together.
  ///
  /// - Throws: `DataError` 64.
  public func complete(_ roots: inout [String], modalities: [Modality]) throws {
    if let face = options.face, options.visualFeatures == nil { throw FeatureFile.uselessFace(face) }
    try options.requireOneLabelling()
    try options.requireReadyFeatures()
  }

  /// Finds the input; nothing is read.
  ///
  /// - Throws: `DataError` 66 when something is missing, 64 when options do not go together.
  public func find(_ request: CorpusRequest) throws -> any FoundCorpus { try IEMOCAPRelease(request, options) }

  /// The manifest lists the release, then ready-made visual and audio features, then the word vectors. The release is
  /// below the folder by its name, or the folder itself; the others are there or next to it.
  public func locate(
    _ recorded: RecordedInput, below folder: String, in files: RawFiles
  ) throws -> LocatedCorpus {
    var records = recorded.sources[...]
    let release = records.popFirst()?.name
    let roots = release.flatMap { Self.roots($0, in: files.paths) } ?? [folder]
    let files = try files.adding(contentsOf: Folder.parent(of: folder))
    var corpus = self
    if options.visualFeatures != nil, let record = records.popFirst() {
      corpus.options.visualFeatures = try files.fileOrFolder(record)
    }
    if options.audioFeatures != nil, let record = records.popFirst() {
      corpus.options.audioFeatures = try files.fileOrFolder(record)
    }
    return LocatedCorpus(corpus: corpus, roots: roots, glove: try records.popFirst().map { try files.path($0) })
  }

  /// Where a release is: at its name, or in pieces under several names.
  private static func roots(_ name: String, in paths: [String]) -> [String]? {
    if let path = paths.first(where: { Folder.name(of: $0) == name }) { return [path] }
    let names = name.split(separator: SourceTree.rootSeparator)
    let found = names.compactMap { name in paths.first { $0.hasSuffix("/" + name) } }
    return names.count > 1 && found.count == names.count ? found : nil
  }

  /// A turn by its id with EmoBox's prefix (`iemocap-Ses01F_impro01_F000`), or by the path of its sound.
  public func recording(listed name: String) -> String? {
    var stem = name.split(separator: "/").last ?? ""
    if stem.hasSuffix(".wav") { stem.removeLast(".wav".count) }
    let prefix = "iemocap-"
    if stem.lowercased().hasPrefix(prefix) { stem.removeFirst(prefix.count) }
    return UtteranceID(stem)?.text
  }

  /// The dialog of a sample, by its id alone.
  public func dialog(ofSample id: String) -> String? { UtteranceID.dialog(ofSample: id) }

  /// How ids tell who speaks.
  public var sampleNaming: String? { "turns <dialog>_<speaker><number>" }

  /// Who speaks in a turn, by its id alone.
  public func place(ofSample id: String) -> SamplePlace? {
    UtteranceID(id).map {
      SamplePlace(speaker: $0.speakerName, session: "Ses0\($0.session)", dialog: $0.dialog)
    }
  }

  /// Half of the dialogs are scripts that the actors of every session read.
  public func isScripted(dialog: String) -> Bool { dialog.contains("_script") }
}

// MARK: - Looking at a path

extension IEMOCAPCorpus {
  /// What shows at a glance that a folder holds this corpus.
  public func sign(in folder: String) throws -> String? {
    let names = ["Session1", "IEMOCAP_full_release"]
    return try names.contains { try Folder.entry(at: folder + "/" + $0) == .folder } ? "sessions" : nil
  }

  /// Describes a folder with a session in it, or an archive: its sessions, the raters' categories, what is missing. Sound and
  /// motion are not read.
  public func describe(_ path: String) throws -> JSONValue? {
    guard try Self.isRelease(path) else { return nil }
    var request = CorpusRequest(root: path, threads: 1, memory: 1)
    request.split = .session(5)
    request.missing = .drop
    let release = try IEMOCAPRelease(request, IEMOCAPOptions())
    var members = try release.describe().members ?? [:]
    members["group"] = nil
    members["path"] = .string(path)
    members["kind"] = "iemocap release"
    members["bytes"] = .integer(release.sources[0].byteCount)
    members["missing"] = members["missing"].map { .object(($0.members ?? [:]).mapValues(Self.reasons)) }
    return .object(members)
  }

  private static func isRelease(_ path: String) throws -> Bool {
    if try Folder.entry(at: path) != .folder { return try [.gzip, .xz, .zip, .tar].contains(FileKind(of: path)) }
    return try Folder.names(in: path).contains { name in
      try name.hasPrefix("Session") && Folder.entry(at: path + "/" + name + "/dialog") == .folder
    }
  }

  /// Reasons with their counts alone.
  private static func reasons(_ list: JSONValue) -> JSONValue {
    .object(
      Dictionary(
        (list.elements ?? []).map { ($0["reason"]?.text ?? "", $0["count"] ?? .null) }, uniquingKeysWith: { $1 }))
  }
}
