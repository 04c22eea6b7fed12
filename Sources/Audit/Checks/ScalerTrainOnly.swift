import Samples
import Shards
import Storage

/// `scaler-train-only`: scaled by statistics of train alone, the train cells have the median 0 and quartiles 1 apart in
/// every column, and no other set of cells has (`ColumnFit`).
struct ScalerTrainOnly: AuditCheck {
  let id = "scaler-train-only"
  let severity = Severity.error
  let leakage: LeakageType? = .preprocessing
  let meaning = "The stored centre and scale of every column are those of the train split."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, threads: subject.threads)) })
  }

  private func finding(for dataset: AuditedDataset, threads: Int) throws -> Finding {
    guard let scalers = dataset.scalers else {
      return .undecidable(
        "The data come without the scalers they were scaled with.",
        advice: "Prepare the corpus with msa-prep, which stores its scalers beside the shards.")
    }
    if dataset.indices(of: .train).isEmpty {
      return .undecidable(
        "The train split is empty, so nothing can have been fitted on it.", advice: "Divide the recordings again.")
    }
    var refits: [ScalerRefit] = []
    for modality in dataset.modalities {
      guard let columns = scalers.columns[modality], columns.center.count == dataset.widths[modality] else {
        return .undecidable(
          "The scalers have no \(modality) of the width of the data.", advice: "Prepare the folder again.")
      }
      refits.append(try ScalerRefit(of: dataset, modality, columns, threads: threads))
    }
    return ScalerVerdict(refits: refits).finding
  }
}
