import Corpora
import Leaks
import Samples
import Shards
import Text

/// `scaler-train-only`: after scaling with the statistics of train alone, every column of the train cells has median 0
/// and quartiles 1 apart, and no other set of cells does (`ColumnFit`). Scalers of other families are recognised by the
/// means, deviations or extremes of the cells they were fitted to (`FamilyFit`), a rotation by correlations that vanish
/// there.
struct ScalerTrainOnly: AuditCheck {
  let id = "scaler-train-only"
  let severity = Severity.error
  let leakage: LeakageType? = .preprocessing
  let meaning = "The stored centre and scale of every column are those of the train split."
  let modalities = Set(Modality.allCases)

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(
      try subject.datasets.map { dataset in
        let finding = try finding(for: dataset, threads: subject.threads)
        return (dataset.name, try Self.compared(finding, dataset, subject))
      })
  }

  /// If the raw files are available, refits the scalers and compares them bit by bit, which also reveals what rounding
  /// hides.
  private static func compared(
    _ finding: Finding, _ dataset: AuditedDataset, _ subject: AuditSubject
  ) throws -> Finding {
    guard subject.sources != nil, let stored = dataset.scalers else { return finding }
    var finding = finding
    do {
      let clean = try subject.reruns.clean(dataset, subject)
      let again = try ScalersFile.read(clean.folder + "/" + ScalersFile.name)
      let differing = dataset.modalities.filter { again.columns[$0] != stored.columns[$0] }
      if differing.isEmpty {
        let evidence = Evidence(
          text: "Fitted again on train from the raw files: equal to the bit.", facts: ["refitted_from_sources": "equal"]
        )
        if finding.verdict != .undecidable {
          finding.evidence.append(evidence)
          return finding
        }
        return .pass(
          "Fitted again on train from the raw files, the scalers come out to the bit.",
          evidence: [evidence] + finding.evidence)
      }
      let names = differing.map(\.rawValue)
      let evidence = Evidence(
        text: "Fitted again on train from the raw files: other scalers for \(names.joined(separator: ", ")).",
        facts: ["refitted_from_sources": .array(names.map { .string($0) })])
      if finding.verdict == .fail {
        finding.evidence.append(evidence)
        return finding
      }
      if let rounding = try RoundingDifference(dataset, madeAgainIn: clean.folder, clean.manifest) {
        return rounding.finding(ScalersFile.name)
      }
      return .fail(
        "Fitted again on train from the raw files, the scalers of \(names.joined(separator: ", ")) differ.",
        evidence: [evidence] + finding.evidence,
        advice:
          "The folder was changed, or made from other files: prepare it again with --overwrite and use the result.")
    } catch let obstacle as RawFiles.Obstacle {
      finding.evidence.append(
        Evidence(
          text: "Not fitted again from the raw files: \(obstacle.reason)",
          facts: ["refitted_from_sources": .string(obstacle.reason)]))
      return finding
    }
  }

  private func finding(for dataset: AuditedDataset, threads: Int) throws -> Finding {
    let scalers = dataset.scalers
    if scalers == nil, dataset.modalities.allSatisfy({ dataset.widths[$0] == 0 }) || dataset.form == .list {
      return .undecidable(
        "The data come without the scalers they were scaled with.",
        advice: "Prepare the corpus with msa-prep, which stores its scalers beside the shards.")
    }
    if dataset.indices(of: .train).isEmpty {
      return .undecidable(
        "The train split is empty, so nothing can have been fitted on it.", advice: "Divide the recordings again.")
    }
    var scalings: [ModalityScaling] = []
    for modality in dataset.modalities {
      let columns = scalers?.columns[modality]
      if scalers != nil, columns == nil || columns?.center.count != dataset.widths[modality] {
        return .undecidable(
          "The scalers have no \(modality) of the width of the data.", advice: "Prepare the folder again.")
      }
      let refit = try ScalerRefit(of: dataset, modality, columns, threads: threads)
      scalings.append(
        try ModalityScaling(of: dataset, modality, refit, hasScalers: scalers != nil, threads: threads))
    }
    return ScalerVerdict(scalings: scalings, hasScalers: scalers != nil).finding
  }
}
