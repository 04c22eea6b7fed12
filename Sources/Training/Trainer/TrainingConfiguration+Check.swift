import Digests
import Metrics
import Options
import Samples
import TensorCore
import Text

extension TrainingConfiguration {
  /// Refuses a configuration that cannot be trained.
  ///
  /// - Throws: `DataError` 64 naming the option.
  func check() throws {
    try require(!shards.isEmpty, "shards", "missing", "at least one prepared folder")
    try checkNumbers()
    try require(!modalities.isEmpty, "modalities", "empty", "at least one")
    try require(!resumes || output != nil, "resume", "given without --out", "the folder of the run to resume")
  }

  /// Completes the configuration from the prepared folders and the initial weights: the task, the label column if it
  /// holds class numbers, and the digest of the weights.
  ///
  /// - Throws: `DataError` 65 if the folders' labels do not suit the task or each other, 64 if the selection rule does
  ///   not suit the task, 66 if the initial weights do not exist.
  func resolved(for folders: [MappedFolder]) throws -> (TrainingConfiguration, LabelTarget) {
    var resolved = self
    if taskFollowsLabels { resolved.task = LabelColumns(folders[0]).task(label: label) }
    if folders.allSatisfy({ $0.record.samples[.valid, default: 0] == 0 }) {
      try refuseChoices(without: folders[0])
      resolved.selection = EpochSelection(.last)
      resolved.schedule = chosenSchedule ?? .constant
    } else {
      try resolved.checkSelection()
    }
    let target = try LabelTarget.common(task: resolved.task, label: label, folders: folders)
    if target.kind == .classNumber { resolved.label = target.names[0] }
    resolved.initialWeightsSHA256 = try initialWeights.map { try SHA256.hexDigest(ofFile: $0).digest }
    return (resolved, target)
  }

  /// Refuses whatever would choose by a valid split where there is none.
  ///
  /// - Throws: `DataError` 64 naming the option.
  private func refuseChoices(without folder: MappedFolder) throws {
    let choices: [(option: String, isGiven: Bool, advice: String)] = [
      ("select", selection.map { $0.rule != .last } ?? false, "Leave it out: the last epoch is kept."),
      ("early-stop", earlyStop != nil, "Leave it out, and give the number of --epochs."),
      ("schedule plateau", chosenSchedule == .plateau, "Use --schedule constant or cosine."),
    ]
    guard let choice = choices.first(where: \.isGiven) else { return }
    throw DataError(
      .usage, file: folder.path, "--\(choice.option) is given, but there is no valid split to choose by",
      expected: "valid samples with it", advice: choice.advice)
  }

  /// Refuses a selection rule that does not apply to the task.
  ///
  /// - Throws: `DataError` 64 naming the rules that apply.
  func checkSelection() throws {
    let (rule, known) = (epochSelection.rule, task.selectionRules)
    try require(
      known.contains(rule), "select", rule.rawValue,
      "one of \(known.map(\.rawValue).joined(separator: ", ")) for \(task.rawValue)")
  }

  /// Refuses numbers that no model can have, wherever they come from.
  ///
  /// - Throws: `DataError` 64 naming the option.
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

  /// Returns the sizes of the model for the given numbers of columns.
  ///
  /// - Parameter outputs: 1 for regression, otherwise the number of classes or emotions.
  func shape(_ widths: [Int], outputs: Int) -> ModelShape {
    ModelShape(widths: widths, hidden: hidden, embed: embed, outputs: outputs, dropout: dropout, maxRows: maxRows)
  }

  /// The number of rows read from a sample; nil if the model takes one vector.
  var sequenceRows: Int? { model.takesSequences ? maxRows : nil }

  /// The product of three such widths, as in tensor fusion, still fits an integer.
  private static let widestLayer = 8192
}
