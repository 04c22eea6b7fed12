import Samples
import Shards
import Storage

/// How a sample's label is read from the label columns of its shard.
enum LabelRule: Hashable {
  /// The number in a column.
  case number(column: Int)
  /// The class number in a column: whole numbers from 0.
  case classNumber(column: Int, name: String)
  /// For each emotion 1 where its number is above 0, else 0.
  case present(columns: [Int], names: [String])
  /// The strongest of several emotions, the first of equals; class 0 where none is above 0.
  case strongest(columns: [Int], names: [String])

  /// The rule for a corpus.
  ///
  /// Without `label`, regression takes the first column, and the others all columns but `sentiment`. With it, multilabel
  /// learns that one alone.
  /// - Throws: `DataError` 65 when the corpus has no such columns.
  init(task: TrainingTask, label: String?, corpus: Corpus) throws {
    let names = corpus.manifest.labelNames
    if task != .regression, label == nil {
      let columns = names.indices.filter { names[$0] != "sentiment" }
      if columns.count < (task == .multilabel ? 1 : 2) {
        throw DataError(
          .badData, file: corpus.folder, "has the labels \(names.joined(separator: ", "))",
          expected: task == .multilabel ? "an emotion at least" : "two emotions at least to choose from",
          advice: task == .multilabel ? nil : "Name the column that holds class numbers with --label.")
      }
      let chosen = columns.map { names[$0] }
      self =
        task == .multilabel ? .present(columns: columns, names: chosen) : .strongest(columns: columns, names: chosen)
      return
    }
    let column = try corpus.labelColumn(label)
    self =
      switch task {
      case .regression: .number(column: column)
      case .classification: .classNumber(column: column, name: names[column])
      case .multilabel: .present(columns: [column], names: [names[column]])
      }
  }

  /// Adds a sample's labels to a list: one, or one an emotion.
  func append(_ values: some Collection<Float>, to labels: inout [Float]) {
    guard case .present(let columns, _) = self else {
      labels.append(label(values))
      return
    }
    for column in columns {
      let value = values[values.index(values.startIndex, offsetBy: column)]
      labels.append(value.isFinite ? (value > 0 ? 1 : 0) : value)
    }
  }

  /// How many labels a sample has.
  var width: Int {
    guard case .present(let columns, _) = self else { return 1 }
    return columns.count
  }

  /// A sample's label: a number, or a class; NaN where it is missing.
  func label(_ values: some Collection<Float>) -> Float {
    func value(_ column: Int) -> Float { values[values.index(values.startIndex, offsetBy: column)] }
    switch self {
    case .number(let column), .classNumber(let column, _): return value(column)
    case .present: preconditionFailure("a sample has as many labels as emotions")
    case .strongest(let columns, _):
      var (best, strongest): (Float, Float) = (0, 0)
      for (number, column) in columns.enumerated() {
        let strength = value(column)
        if strength.isNaN { return .nan }
        if strength > strongest { (best, strongest) = (Float(number + 1), strength) }
      }
      return best
    }
  }

  /// What the column is called, for a message.
  func name(in corpus: Corpus) -> String {
    switch self {
    case .number(let column): corpus.manifest.labelNames[column]
    case .classNumber(_, let name): name
    case .strongest(_, let names), .present(_, let names): names.joined(separator: ", ")
    }
  }

  /// The classes; for regression the label's name alone.
  ///
  /// - Parameter labels: the train split's, which decide how many class numbers there are.
  func outputNames(labels: [Float], in corpus: Corpus) throws -> [String] {
    switch self {
    case .number: return [name(in: corpus)]
    case .strongest(_, let names): return ["none"] + names
    case .present(_, let names): return names
    case .classNumber(_, let name):
      let largest = labels.max() ?? 0
      if let odd = labels.first(where: { $0 < 0 || $0.rounded() != $0 })
        ?? (largest > Self.largestClass ? largest : nil)
      {
        throw DataError(
          .badData, file: corpus.folder, place: name, "holds \(odd)",
          expected: "class numbers from 0 to \(Int(Self.largestClass))", advice: "Use --task regression for it.")
      }
      return (0...max(1, Int(largest))).map { "\(name) \($0)" }
    }
  }

  /// More classes than this are a column of something else.
  private static let largestClass: Float = 255
}
