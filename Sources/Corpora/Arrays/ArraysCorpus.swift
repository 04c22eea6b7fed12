import Files
public import Options
public import Samples
public import SplitArrays
public import Text

/// Arrays that other projects prepared, by split: pickles and .npz files in the layouts of MMSA, MulT and MultiBench.
///
/// Each sample of the arrays is a recording, with all its rows. The arrays say which split it is in, and its name tells
/// which video it is a part of.
public struct ArraysCorpus: Corpus {
  /// The end at which samples are padded with zeros, for modalities whose values do not show it.
  public var pad: PaddingSide?

  /// Arrays whose padding shows, unless a side is given.
  public init(pad: PaddingSide? = nil) { self.pad = pad }

  /// Its name in manifests.
  public var name: String { "Arrays" }
  /// The command of `msa-prep`.
  public var command: String? { "arrays" }
  /// As the files say.
  public var defaultSplit: SplitPolicy { .declared }
  /// The rows as they are: nothing says which rows of different modalities belong together.
  public var defaultGranularity: Granularity { .frame }

  /// The options that only arrays have.
  public var optionDefinitions: [OptionDefinition<CorpusSettings>] {
    [
      .root(
        isRequired: false, "file",
        help: "A pickle or .npz file, as FILE; may be repeated if each split has one of its own."),
      .declaredSplit,
      Self.padding.within(\.arrays),
    ]
  }

  private static let padding = OptionDefinition<Self>.value(
    "pad", \.pad, "side", record: .optional("pad", \.pad, isAlwaysThere: true),
    help: "Where samples are padded with zeros, if neither lengths nor the values of all samples show it.")

  /// Refuses a run without a file.
  ///
  /// - Throws: `DataError` 64.
  public func complete(_ roots: inout [String], modalities: [Modality]) throws {
    if roots.isEmpty {
      throw DataError(
        .usage, "no file is given", expected: "a pickle or .npz file",
        advice: "Name it: msa-prep arrays FILE --out DIR.")
    }
  }

  /// Opens the files; large arrays stay in them.
  ///
  /// - Throws: `DataError` 66 when one is not there; 65 when it has none of the layouts, arrays do not fit together, a
  ///   sample's name occurs twice, or it lacks a modality; 64 when the rows are not words and --granularity needs them.
  public func find(_ request: CorpusRequest) throws -> any FoundCorpus {
    try ArraySamples(request, pad: pad).opened(for: request)
  }

  /// What a pickle or an .npz file holds, by key; its layout may be any.
  public func describe(_ path: String) throws -> JSONValue? { try ArrayContents.json(of: path) }

  /// The files by their names.
  public func locate(_ recorded: RecordedInput, below folder: String, in files: RawFiles) throws -> LocatedCorpus {
    LocatedCorpus(corpus: self, roots: try recorded.sources.map { try files.path($0) }, glove: nil)
  }
}

extension CorpusSettings {
  /// The options of arrays; other corpora have nothing to set here.
  fileprivate var arrays: ArraysCorpus {
    get { corpus as? ArraysCorpus ?? ArraysCorpus() }
    set { if corpus is ArraysCorpus { corpus = newValue } }
  }
}

extension PaddingSide: OptionValue {}
