/// The corpora that a program knows; a manifest's `dataset` is looked up here.
public struct CorpusRegistry: Sendable {
  /// In the order in which they are asked.
  public let corpora: [any Corpus]

  /// What `msa-prep`, `msa-audit` and `msa-train` ship with: one line per corpus.
  public static let shipped = CorpusRegistry([
    CMUCorpus.mosei,
    CMUCorpus.mosi,
    IEMOCAPCorpus(),
    ArraysCorpus(),
    RecordingsCorpus(),
    RecordingsCorpus.meld,
    RecordingsCorpus.sims,
    RecordingsCorpus.simsv2,
  ])

  /// A registry of some corpora.
  public init(_ corpora: [any Corpus]) { self.corpora = corpora }

  /// The registry with one more corpus.
  public func adding(_ corpus: any Corpus) -> CorpusRegistry { CorpusRegistry(corpora + [corpus]) }

  /// The dialog that a sample is of, by its id alone; nil if no corpus knows the id.
  public func dialog(ofSample id: String) -> String? {
    corpora.lazy.compactMap { $0.dialog(ofSample: id) }.first
  }

  /// Who speaks in a sample, in which session and dialog, by its id alone, in whichever corpus has such ids; nil if none has.
  public func place(ofSample id: String) -> SamplePlace? {
    corpora.lazy.compactMap { $0.place(ofSample: id) }.first
  }

  /// The corpus in which a dialog is read from a script; nil if there is none.
  public func corpus(scripting dialog: String) -> (any Corpus)? { corpora.first { $0.isScripted(dialog: dialog) } }

  /// The corpus that a manifest names, with its default options.
  public func corpus(named name: String) -> (any Corpus)? { corpora.first { $0.name == name } }
}
