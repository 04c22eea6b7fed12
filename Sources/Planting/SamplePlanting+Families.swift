import ArrayFiles
import Leaks
import Samples
import Shards
import Text

/// Scalers that are no medians and quartiles.
enum PlantedScaler: String, Sendable {
  /// The mean and the deviation.
  case standard
  /// The least cell, and the distance to the greatest.
  case minMax = "min-max"

  /// Fits it on the columns of some cells; NaN does not count.
  func columns(of raw: [[Float]], width: Int) -> ScalersFile.Columns {
    var (center, scale) = ([Double](repeating: 0, count: width), [Double](repeating: 1, count: width))
    for column in 0..<width {
      let cells = raw.flatMap { rows in
        stride(from: column, to: rows.count, by: width).compactMap { rows[$0].isFinite ? Double(rows[$0]) : nil }
      }
      guard let least = cells.min(), let greatest = cells.max(), least < greatest else { continue }
      switch self {
      case .standard:
        let mean = cells.reduce(0, +) / Double(cells.count)
        center[column] = mean
        scale[column] = (cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(cells.count)).squareRoot()
      case .minMax: (center[column], scale[column]) = (least, greatest - least)
      }
    }
    return ScalersFile.Columns(center: center, scale: scale)
  }
}

extension SamplePlanting {
  /// Scales all modalities anew, each set of splits by what is fitted on it; splits in none of them by the first.
  mutating func scale(_ family: PlantedScaler, fittedOn unions: [Set<Split>]) throws {
    for modality in folder.modalities { folder.rescale(modality, by: family, fittedOn: unions) }
    let names = unions.map { Phrase.splits($0) }.joined(separator: "; ")
    text = "All modalities are scaled by \(family.rawValue) scalers fitted on \(names)."
    facts = ["family": .string(family.rawValue), "fitted_on": .string(names)]
  }

  /// Makes the columns of the narrowest modality uncorrelated over all rows, then scales them as Preparation does.
  mutating func whiten() throws {
    let widths = folder.modalities.map { (modality: $0, width: folder.manifest.modalities[$0]?.dim ?? 0) }
    guard let (modality, width) = widths.filter({ $0.width > 4 }).min(by: { $0.width < $1.width }) else {
      throw unsuitable("has too few columns", expected: "five columns of a modality")
    }
    try folder.whiten(modality, threads: request.threads)
    text = "The \(width) columns of \(modality) are made uncorrelated over all rows."
    facts = ["modality": .string(modality.rawValue)]
  }
}
