import Samples
import Shards

/// How to read a sample's label from the label columns of one folder's shards.
struct LabelRule: Hashable {
  /// The target to learn.
  let target: LabelTarget
  /// The indices of the target's columns, in the target's order; nil if the folder lacks them.
  private let columns: [Int]?

  /// Looks up a target's columns by name.
  ///
  /// A folder without these columns has no labels for this target. Nor does a folder with a different set of emotions
  /// if the target has a class for "none": that none of the target's emotions is present does not mean that no emotion
  /// is.
  init(_ target: LabelTarget, in folder: MappedFolder) {
    self.init(target, names: folder.manifest.labelNames)
    if target.hasNone, columns != nil, Set(LabelColumns(folder).choices) != Set(target.names) {
      self.init(target, names: [])
    }
  }

  /// - Parameter names: the folder's label columns.
  init(_ target: LabelTarget, names: [String]) {
    self.target = target
    let places = target.names.map { names.firstIndex(of: $0) }
    columns = places.contains(nil) ? nil : places.compactMap(\.self)
  }

  /// Appends a sample's labels to a list: a single one, or one per emotion or class; NaN if missing.
  func append(_ values: some Collection<Float>, to labels: inout [Float]) {
    guard let columns else {
      labels += [Float](repeating: .nan, count: target.width)
      return
    }
    let numbers = columns.map { values[values.index(values.startIndex, offsetBy: $0)] }
    switch target.kind {
    case .number, .classNumber: labels.append(numbers[0])
    case .present: labels += numbers.map { $0.isFinite ? ($0 > 0 ? 1 : 0) : $0 }
    case .shares: labels += numbers
    case .strongest: labels.append(strongest(numbers))
    }
  }

  /// Returns the number of the strongest emotion, or of the first one in a tie.
  private func strongest(_ numbers: [Float]) -> Float {
    if numbers.contains(where: \.isNaN) { return .nan }
    guard let most = numbers.max(), most > 0, let place = numbers.firstIndex(of: most) else {
      return target.hasNone ? 0 : .nan
    }
    return Float(place + (target.hasNone ? 1 : 0))
  }

  /// The names of the columns, for messages.
  var name: String { target.names.joined(separator: ", ") }
}
