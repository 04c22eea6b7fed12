import Samples
import Shards
import TensorCore
import Text

extension SamplePlanting {
  /// Puts the label into a feature column, as it is or multiplied and shifted.
  mutating func copyTarget(isScaled: Bool) throws {
    let (modality, column) = try chooseColumn(otherThan: nil)
    let factor = Float(isScaled ? (random.uniform() < 0.5 ? -1 : 1) * (0.2 + 5 * random.uniform()) : 1)
    let shift = Float(isScaled ? 20 * random.uniform() - 10 : 0)
    try folder.replaceColumn(column, of: modality) { sample, _ in factor * Self.target(of: sample) + shift }
    let formula = isScaled ? " as \(Double(factor).fixed(3)) × label + \(Double(shift).fixed(3))" : ""
    text = "Column \(column) of \(modality) holds \(folder.manifest.labelNames.first ?? "the label")\(formula)."
    facts = [
      "modality": .string(modality.rawValue), "column": .integer(column), "factor": .number(Double(factor)),
      "shift": .number(Double(shift)),
    ]
  }

  /// Puts noise into one column and the label minus that noise into another.
  mutating func hideTarget() throws {
    let first = try chooseColumn(otherThan: nil)
    let second = try chooseColumn(otherThan: first)
    let labels = folder.samples.map { Double(Self.target(of: $0)) }
    let mean = labels.reduce(0, +) / Double(max(1, labels.count))
    let deviation = (labels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, labels.count))).squareRoot()
    let noise = Dictionary(
      uniqueKeysWithValues: folder.samples.map { ($0.line.id, Float(deviation * random.normal())) })
    try folder.replaceColumn(first.column, of: first.modality) { sample, _ in noise[sample.line.id] ?? 0 }
    try folder.replaceColumn(second.column, of: second.modality) { sample, _ in
      Self.target(of: sample) - (noise[sample.line.id] ?? 0)
    }
    text =
      "Column \(first.column) of \(first.modality) and column \(second.column) of \(second.modality) add up to "
      + "\(folder.manifest.labelNames.first ?? "the label")."
    facts = [
      "columns": [
        ["modality": .string(first.modality.rawValue), "column": .integer(first.column)],
        ["modality": .string(second.modality.rawValue), "column": .integer(second.column)],
      ]
    ]
  }

  /// The first label; 0 if it is missing.
  static func target(of sample: PlantedSample) -> Float {
    guard let label = sample.label.first, label.isFinite else { return 0 }
    return label
  }

  mutating func chooseColumn(
    otherThan taken: (modality: Modality, column: Int)?
  ) throws -> (modality: Modality, column: Int) {
    let columns = folder.modalities.flatMap { modality in
      (0..<(folder.manifest.modalities[modality]?.dim ?? 0)).map { (modality: modality, column: $0) }
    }
    let free = columns.filter { $0.modality != taken?.modality || $0.column != taken?.column }
    guard let column = random.choose(1, of: free).first else {
      throw unsuitable("has too few feature columns", expected: "two columns")
    }
    return column
  }
}
