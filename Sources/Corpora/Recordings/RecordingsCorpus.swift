import Files
public import Options
public import Samples
import Text

/// Somebody's own recordings: a folder of media with a table, in Hugging Face's folder layout or in MMSA's.
///
/// Each line of the table is a recording of its own, of which the table says everything else: when it is in its medium,
/// what must not be divided, its split and labels.
public struct RecordingsCorpus: Corpus {
  /// The options of recordings.
  public var options: RecordingsOptions

  private let preset: RecordingsPreset

  /// Recordings with the default options, unless others are given.
  public init(_ options: RecordingsOptions = RecordingsOptions()) {
    self.options = options
    preset = .own
  }

  /// A published corpus with the default options.
  init(_ preset: RecordingsPreset) {
    options = RecordingsOptions()
    self.preset = preset
  }

  /// Its name in manifests.
  public var name: String { preset.name }
  /// The command of `msa-prep`.
  public var command: String? { preset.command }
  /// Where its owners describe it; nil for the user's own.
  public var homepage: String? { preset.homepage }
  /// The paper to cite.
  public var citation: String? { preset.citation }
  /// The licence that its owners name.
  public var license: String? { preset.license }
  /// As the table says.
  public var defaultSplit: SplitPolicy { .declared }
  /// A clip that lacks a modality stays, with that modality masked.
  public var defaultMissing: MissingPolicy { .keep }
  /// A clip is a sample of its own.
  public var recordingsAreTurns: Bool { true }
  /// The words that stand for a pause.
  public var pauses: PauseWords { .standard }

  /// The options that only recordings have.
  public var optionDefinitions: [OptionDefinition<CorpusSettings>] {
    [.root(help: "The folder of the recordings with their table."), .declaredSplit]
      + RecordingsOptions.definitions.map { $0.within(\.recordings) } + [
        .textFeatures,
        .missing(default: .keep, help: "What happens to a clip that lacks a modality: left out, or kept and masked."),
      ]
  }

  /// Refuses several folders.
  ///
  /// - Throws: `DataError` 64.
  public func complete(_ roots: inout [String], modalities: [Modality]) throws {
    if roots.count > 1 {
      throw DataError(
        .usage, "--root is given \(roots.count) times", expected: "one folder",
        advice: "Put the recordings below one folder, with one table.")
    }
  }

  /// Reads the table and pairs it with the files; media are not read.
  ///
  /// - Throws: `DataError` 66 when there is no table, 65 when it is malformed, 64 when options do not go together, 71
  ///   when there are videos and no ffmpeg.
  public func find(_ request: CorpusRequest) throws -> any FoundCorpus { try Recordings(request, options, preset) }

  /// The folder by its name, then the word vectors.
  public func locate(_ recorded: RecordedInput, below folder: String, in files: RawFiles) throws -> LocatedCorpus {
    var records = recorded.sources[...]
    let name = records.popFirst()?.name
    let root = files.paths.first { Folder.name(of: $0) == name } ?? folder
    let files = try files.adding(contentsOf: Folder.parent(of: folder))
    return LocatedCorpus(corpus: self, roots: [root], glove: try records.popFirst().map { try files.path($0) })
  }
}

/// A published corpus that is a folder of recordings: what is known about it, and how its tables are read.
struct RecordingsPreset: Sendable {
  let name: String
  let command: String
  var homepage: String?
  var citation: String?
  var license: String?
  let layout: RecordingsLayout
  /// Clips in each split, as published; empty if nobody has published any.
  var published: [Split: Int] = [:]

  /// Nobody's but the user's.
  static let own = RecordingsPreset(name: "Recordings", command: "recordings", layout: .any)
}

/// How a folder of recordings lists its clips.
enum RecordingsLayout: Sendable {
  /// In Hugging Face's folder layout or MMSA's, whichever table is there.
  case any
  /// MMSA's `label.csv`.
  case mmsa
  /// MELD's tables, one a split.
  case meld
}
