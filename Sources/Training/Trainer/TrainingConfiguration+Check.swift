import Samples
import Storage
import TensorCore

extension TrainingConfiguration {
  /// Refuses what cannot be trained.
  ///
  /// - Throws: `DataError` 64 that names the option.
  func check() throws {
    func require(_ holds: Bool, _ option: String, _ value: some CustomStringConvertible, _ expected: String) throws {
      if !holds { throw DataError(.usage, "--\(option) is \(value)", expected: expected) }
    }
    try require(!shards.isEmpty, "shards", "missing", "a prepared folder at least")
    try require(epochs > 0, "epochs", epochs, "1 at least")
    try require(batch > 1, "batch", batch, "2 at least: batch normalisation needs a spread")
    try require(learningRate > 0 && learningRate.isFinite, "lr", learningRate, "a positive number")
    try require(weightDecay >= 0 && weightDecay.isFinite, "weight-decay", weightDecay, "0 or more")
    try require(clipNorm >= 0 && clipNorm.isFinite, "clip-norm", clipNorm, "0 (no clipping) or more")
    try require(dropout >= 0 && dropout < 1, "dropout", dropout, "0 or more, below 1")
    try require(hidden > 1 && hidden % 2 == 0, "hidden", hidden, "an even number")
    try require(embed > 0 && embed % 4 == 0, "embed", embed, "a multiple of 4, the number of attention heads")
    try require((1...Self.longestSequence).contains(maxRows), "max-rows", maxRows, "1 to \(Self.longestSequence)")
    try require(warmupSteps >= 0, "warmup-steps", warmupSteps, "0 or more")
    try require(earlyStop ?? 1 > 0, "early-stop", earlyStop ?? 0, "1 at least")
    try require(!modalities.isEmpty, "modalities", "empty", "one at least")
    try require(!resumes || output != nil, "resume", "given without --out", "the folder of the run to go on with")
  }

  /// The model's sizes for the corpora's widths.
  ///
  /// - Parameter outputs: 1 for regression, else the number of classes.
  func shape(_ widths: [Int], outputs: Int) -> ModelShape {
    ModelShape(widths: widths, hidden: hidden, embed: embed, outputs: outputs, dropout: dropout, maxRows: maxRows)
  }

  /// The rows of a sample that are read; nil where the model takes one vector.
  var sequenceRows: Int? { model.takesSequences ? maxRows : nil }

  /// Attention keeps a weight for each pair of rows: at 500 rows a million for each sample and layer.
  private static let longestSequence = 500
}

extension Corpus {
  /// Each modality's columns: those of the widest corpus; narrower ones, and those without the modality, are filled up
  /// with zeros, their train median. A modality that no corpus has keeps one column of zeros.
  static func widths(_ corpora: [Corpus]) -> [Int] {
    Modality.allCases.map { modality in max(1, corpora.map { $0.record.widths[modality] ?? 0 }.max() ?? 0) }
  }
}
