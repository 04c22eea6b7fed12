import Digests
import Metrics
import Options
import Samples
import TensorCore
import Text

extension TrainingConfiguration {
  /// Refuses what cannot be trained.
  ///
  /// - Throws: `DataError` 64 that names the option.
  func check() throws {
    try require(!shards.isEmpty, "shards", "missing", "a prepared folder at least")
    try checkNumbers()
    try require(!modalities.isEmpty, "modalities", "empty", "one at least")
    try require(!resumes || output != nil, "resume", "given without --out", "the folder of the run to go on with")
  }

  /// What follows from the prepared folders and the initial weights: the task, the label column where it is one of class
  /// numbers, the weights' digest.
  ///
  /// - Throws: `DataError` 65 when the folders' labels do not suit the task or each other, 64 when the rule of selection
  ///   does not suit it, 66 when the initial weights are not there.
  func resolved(for folders: [MappedFolder]) throws -> (TrainingConfiguration, LabelTarget) {
    var resolved = self
    if taskFollowsLabels { resolved.task = LabelColumns(folders[0]).task(label: label) }
    try resolved.checkSelection()
    let target = try LabelTarget.common(task: resolved.task, label: label, folders: folders)
    if target.kind == .classNumber { resolved.label = target.names[0] }
    resolved.initialWeightsSHA256 = try initialWeights.map { try SHA256.hexDigest(ofFile: $0).digest }
    return (resolved, target)
  }

  /// Refuses a rule of selection that the task does not know.
  ///
  /// - Throws: `DataError` 64 that names the rules it knows.
  func checkSelection() throws {
    let (rule, known) = (epochSelection.rule, task.selectionRules)
    try require(
      known.contains(rule), "select", rule.rawValue,
      "one of \(known.map(\.rawValue).joined(separator: ", ")) for \(task.rawValue)")
  }

  /// Refuses numbers that no model can have, whoever wrote them.
  ///
  /// - Throws: `DataError` 64 that names the option.
  func checkNumbers() throws {
    try TrainingOptions.definitions.check(TrainingJob(self))
    try require(
      (2...Self.widestLayer).contains(hidden) && hidden % 2 == 0, "hidden", hidden,
      "an even number up to \(Self.widestLayer)")
    try require(
      (4...Self.widestLayer).contains(embed) && embed % 4 == 0, "embed", embed,
      "a multiple of 4, the number of attention heads, up to \(Self.widestLayer)")
  }

  private func require(
    _ holds: Bool, _ option: String, _ value: some CustomStringConvertible, _ expected: String
  ) throws {
    if !holds { throw DataError(.usage, "--\(option) is \(value)", expected: expected) }
  }

  /// The model's sizes for the corpora's widths.
  ///
  /// - Parameter outputs: 1 for regression, else the number of classes.
  func shape(_ widths: [Int], outputs: Int) -> ModelShape {
    ModelShape(widths: widths, hidden: hidden, embed: embed, outputs: outputs, dropout: dropout, maxRows: maxRows)
  }

  /// The rows of a sample that are read; nil where the model takes one vector.
  var sequenceRows: Int? { model.takesSequences ? maxRows : nil }

  /// Products of three such widths, as tensor fusion has them, still fit an integer.
  private static let widestLayer = 8192
}
