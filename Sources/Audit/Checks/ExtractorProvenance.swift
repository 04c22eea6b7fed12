import Leaks
import Samples
import Text

/// `extractor-provenance`: no extractor was trained on the corpus whose features it made.
///
/// A model that was fine-tuned on a corpus has seen its test clips, often with their labels, and its features show it; how
/// much depends on which part it saw, which few of them say.
struct ExtractorProvenance: AuditCheck {
  let id = "extractor-provenance"
  let severity = Severity.warning
  let leakage: LeakageType? = .illegitimateFeatures
  let meaning = "No extractor was trained on the corpus whose features it made."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(subject.datasets.map { ($0.name, finding(for: $0, of: subject)) })
  }

  private func finding(for dataset: AuditedDataset, of subject: AuditSubject) -> Finding {
    if dataset.modalities.isEmpty {
      return .undecidable(
        "There are no features, so nothing tells what they would be made with.", advice: "Give the features.")
    }
    let declared = subject.extractors(of: dataset)
    let advice = "Say what made the features: \(Self.example)."
    if declared.isEmpty {
      return .undecidable("No extractor is declared, so nothing tells what it was trained on.", advice: advice)
    }
    let corpus = CorpusSpelling.of(dataset, among: subject.corpora)
    let judgements = declared.map { Judgement($0, corpus: corpus) }
    let seen = judgements.filter { $0.standing == .seen }
    let evidence = (seen + judgements.filter { $0.standing != .seen }).map { Evidence(text: $0.text, facts: $0.facts) }
    if let first = seen.first {
      return .warn(
        first.text, evidence: evidence,
        advice:
          "Take an extractor that never saw \(corpus ?? "the corpus"), or one that was trained on your train split alone."
      )
    }
    if let open = judgements.first(where: { $0.standing == .unknown }) {
      return .undecidable(
        open.text, evidence: evidence,
        advice: "Look in its documentation for the corpora that it was trained on.")
    }
    let silent = dataset.modalities.filter { modality in !declared.contains { $0.modality == modality } }
    if !silent.isEmpty {
      return .undecidable(
        "No extractor is declared for \(silent.map(\.rawValue).joined(separator: " and ")).", evidence: evidence,
        advice: advice)
    }
    return .pass(
      "\(Phrase.list(declared.map(\.title))) \(declared.count == 1 ? "was" : "were") trained on other data, as published.",
      evidence: evidence)
  }

  private static let example = "--extractor audio=name@version"
}

/// What is known of an extractor and a corpus.
private struct Judgement {
  enum Standing: String {
    /// It was trained on the corpus.
    case seen
    /// It was trained on other data.
    case unseen
    /// Nothing tells.
    case unknown
  }

  let standing: Standing
  let text: String
  let facts: JSONValue

  init(_ declared: DeclaredExtractor, corpus: String?) {
    let known = KnownExtractor.named(declared.extractor.name)
    let spelled = known == nil ? CorpusSpelling.all(in: declared.extractor.name) : []
    let corpora = known?.corpora ?? spelled
    let what = "\(declared.modality) features are of \(declared.title)"
    let training = known.map { "was trained on \($0.training) (\($0.source))" }
    if let corpus, corpora.contains(corpus) {
      standing = .seen
      text = "\(what), \(training.map { "which \($0)" } ?? "whose name speaks of \(corpus)")."
    } else if let known, corpus != nil || known.corpora.isEmpty {
      standing = .unseen
      text = "\(what), which \(training ?? "")."
    } else if let training {
      standing = .unknown
      text = "\(what), which \(training); nothing tells whether the data are of such a corpus."
    } else if !spelled.isEmpty, corpus == nil {
      standing = .unknown
      text = "\(what), whose name speaks of \(Phrase.list(spelled)); nothing tells whether the data are of it."
    } else {
      standing = .unknown
      text = "\(what), of which nothing is known here."
    }
    facts = [
      "modality": .string(declared.modality.rawValue), "extractor": .string(declared.extractor.name),
      "version": .string(declared.extractor.version), "standing": .string(standing.rawValue),
      "trained_on": .names(corpora),
      "source": known.map { .string($0.source) } ?? .null, "corpus": corpus.map { .string($0) } ?? .null,
    ]
  }
}
