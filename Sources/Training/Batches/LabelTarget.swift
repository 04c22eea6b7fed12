import Samples
import Shards
import Text

/// What a run learns, given by the names of label columns, so that it is the same in every prepared folder whatever the
/// order of the columns.
struct LabelTarget: Hashable {
  /// How a sample's label is derived from the columns.
  enum Kind: Hashable {
    /// The number in the single column.
    case number
    /// The class whose number is in the single column.
    case classNumber
    /// For each column, whether its number is above 0.
    case present
    /// The column with the highest number.
    case strongest
    /// The shares of all columns, which add up to 1.
    case shares
  }

  let kind: Kind
  /// The names of the columns.
  let names: [String]
  /// For `strongest`: whether a sample may have no column above 0, which is then a class of its own.
  var hasNone = false
  /// For class numbers: the names of the classes, if the manifest lists them.
  var numberNames: [String]?

  /// Determines what there is to learn in a folder for a task.
  ///
  /// Without `label`, regression takes the sentiment, or the first column if there is none; classification takes the
  /// classes, the emotions or the column of class numbers; multilabel takes all emotions. With `label`, only that
  /// column is used.
  /// - Throws: `DataError` 65 if the folder has no such columns, or if they do not suit the task.
  init(task: TrainingTask, label: String?, folder: MappedFolder) throws {
    let columns = LabelColumns(folder)
    if let label {
      _ = try folder.labelColumn(label)
      if task != .regression, LabelColumns.isScale(label) { throw Self.noClasses(folder, task) }
      self = Self.target(task, label: label, columns)
      return
    }
    let choices = columns.classes.isEmpty ? columns.emotions : columns.classes
    switch task {
    case .regression:
      if columns.classes.isEmpty || columns.names.contains(LabelColumns.sentiment) {
        _ = try folder.labelColumn(nil)
        let name = columns.names.contains(LabelColumns.sentiment) ? LabelColumns.sentiment : columns.names[0]
        self = LabelTarget(kind: .number, names: [name])
        return
      }
      throw DataError(
        .badData, file: folder.path, "has the classes \(columns.classes.joined(separator: ", ")) as labels",
        expected: "a number to learn", advice: "Use --task classification, or name one column with --label.")
    case .classification:
      if choices.count > 1 {
        self = LabelTarget(
          kind: columns.areShares ? .shares : .strongest, names: choices, hasNone: columns.classes.isEmpty)
      } else if columns.names.contains(LabelColumns.number) {
        self = Self.target(task, label: LabelColumns.number, columns)
      } else {
        throw Self.noClasses(folder, task)
      }
    case .multilabel:
      if choices.isEmpty { throw Self.noClasses(folder, task) }
      self = LabelTarget(kind: .present, names: choices)
    }
  }

  /// Recovers the target that a model was trained to predict.
  init(_ model: TrainedModel) {
    let (task, names) = (model.configuration.task, model.labelNames)
    switch task {
    case .regression: self = LabelTarget(kind: .number, names: names)
    case .multilabel: self = LabelTarget(kind: .present, names: names)
    case .classification:
      if let label = model.configuration.label {
        self = LabelTarget(kind: .classNumber, names: [label])
      } else {
        let hasNone = names.first == Self.none
        self = LabelTarget(kind: .strongest, names: Array(names.dropFirst(hasNone ? 1 : 0)), hasNone: hasNone)
      }
    }
  }

  private init(kind: Kind, names: [String], hasNone: Bool = false, numberNames: [String]? = nil) {
    self.kind = kind
    self.names = names
    self.hasNone = hasNone
    self.numberNames = numberNames
  }

  private static func target(_ task: TrainingTask, label: String, _ columns: LabelColumns) -> LabelTarget {
    switch task {
    case .regression: LabelTarget(kind: .number, names: [label])
    case .multilabel: LabelTarget(kind: .present, names: [label])
    case .classification:
      LabelTarget(
        kind: .classNumber, names: [label], numberNames: label == LabelColumns.number ? columns.numberNames : nil)
    }
  }

  private static func noClasses(_ folder: MappedFolder, _ task: TrainingTask) -> DataError {
    let names = folder.manifest.labelNames
    let scales = names.contains { LabelColumns.isScale($0) } ? ", of which the rated dimensions are not classes" : ""
    return DataError(
      .badData, file: folder.path, "has the labels \(names.joined(separator: ", "))\(scales)",
      expected: task == .multilabel ? "at least one emotion" : "at least two classes or emotions to choose from",
      advice: task == .multilabel
        ? "Use --task regression, or prepare the folder with other labels."
        : "Use --task regression, or name the column that holds class numbers with --label.")
  }

  /// The class of samples in which no emotion is above 0.
  static let none = "none"
}

extension LabelTarget {
  /// Returns the target that all the folders share.
  ///
  /// - Throws: `DataError` 65 naming the folder whose labels differ in meaning from those of the first.
  static func common(task: TrainingTask, label: String?, folders: [MappedFolder]) throws -> LabelTarget {
    let targets = try folders.map { try LabelTarget(task: task, label: label, folder: $0) }
    var common = targets[0]
    for (target, folder) in zip(targets, folders).dropFirst() {
      if target.kind == common.kind, Set(target.names) == Set(common.names), target.numberNames == common.numberNames {
        common.hasNone = common.hasNone || target.hasNone
        continue
      }
      throw DataError(
        .badData, file: folder.path,
        "has the label columns \(folder.manifest.labelNames.joined(separator: ", ")), "
          + "of which \(target.description) would be learned",
        expected: "\(common.description), as in \(folders[0].path)",
        advice: "Choose a column that all folders have with --label, or prepare them with the same labels.")
    }
    return common
  }

  /// The columns and the names of numbered classes, for messages.
  private var description: String {
    names.joined(separator: ", ") + (numberNames.map { " (\($0.joined(separator: ", ")))" } ?? "")
  }

  /// The number of labels per sample.
  var width: Int { kind == .present || kind == .shares ? names.count : 1 }

  /// Returns the names of the classes or emotions; for regression, only the name of the label.
  ///
  /// - Parameter labels: the labels of the train split, which determine the number of classes if the classes are
  ///   numbered and have no names.
  func outputNames(labels: [Float], in folder: MappedFolder) throws -> [String] {
    switch kind {
    case .number, .present, .shares: return names
    case .strongest: return (hasNone ? [Self.none] : []) + names
    case .classNumber:
      let name = names[0]
      let largest = numberNames.map { Float($0.count - 1) } ?? Self.largestClass
      if let odd = labels.first(where: { !($0 >= 0 && $0 <= largest) || $0.rounded() != $0 }) {
        throw DataError(
          .badData, file: folder.path, place: name, "holds \(odd)",
          expected: "class numbers from 0 to \(Int(largest))", advice: "Use --task regression for it.")
      }
      return numberNames ?? (0...max(1, Int(labels.max() ?? 0))).map { "\(name) \($0)" }
    }
  }

  /// A column with class numbers above this holds something other than classes.
  private static let largestClass: Float = 255
}
