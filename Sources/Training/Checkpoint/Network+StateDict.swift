import TensorCore
import Text

/// Where weights come from and what was expected of them, for error messages.
struct WeightsSource {
  let file: String
  /// What the tensor should have been.
  let expected: String
  /// What to do if the shape differs.
  let advice: String

  /// Describes weights given for a model that the options define.
  static func given(_ file: String) -> WeightsSource {
    WeightsSource(
      file: file, expected: "the weights of the --model that was asked for",
      advice: "Give the --model, --preset and shards that these weights were trained with.")
  }

  /// Describes weights from a file that also defines its model.
  static func model(_ file: String) -> WeightsSource {
    WeightsSource(
      file: file, expected: "the weights of the model that the file describes",
      advice: "The file contradicts itself: train the model again.")
  }
}

extension Network {
  /// Returns the weights and buffers under PyTorch's names, in PyTorch's order.
  func stateDict() -> [NamedTensor] {
    tensors.map { tensor in
      if tensor.place == .counter {
        return NamedTensor(name: tensor.name, shape: [], values: .int64([memory.arenas.counters[tensor.offset]]))
      }
      return NamedTensor(name: tensor.name, shape: tensor.shape, values: .float32(Array(memory.values(of: tensor))))
    }
  }

  /// Loads a state dict, which must hold each name exactly once, with the right shape, and no other (`strict=True` in
  /// PyTorch).
  ///
  /// - Throws: `DataError` 65 naming the first tensor that does not fit.
  func load(_ state: [NamedTensor], source: WeightsSource) throws {
    try check(state, source: source)
    let given = Dictionary(state.map { ($0.name, $0.values) }) { first, _ in first }
    for tensor in tensors {
      switch given[tensor.name] {
      case .int64(let values): memory.arenas.counters[tensor.offset] = values[0]
      case .float32(let values): memory.values(of: tensor).take(values)
      case nil: preconditionFailure("a state dict that was checked has every tensor")
      }
    }
  }

  /// Checks that a state dict belongs to this network and that training can have produced its numbers.
  ///
  /// - Throws: `DataError` 65 naming the first tensor that does not fit.
  func check(_ state: [NamedTensor], source: WeightsSource) throws { try tensors.check(state, source: source) }
}

extension [TensorRecord] {
  /// See `Network.check`. Needs no memory for a network, so a file can be refused before any is allocated.
  func check(_ state: [NamedTensor], source: WeightsSource) throws {
    var given = Dictionary(state.map { ($0.name, $0) }) { first, _ in first }
    for tensor in self {
      guard let found = given.removeValue(forKey: tensor.name) else {
        throw DataError(.badData, file: source.file, place: tensor.name, "is missing", expected: source.expected)
      }
      guard found.shape == tensor.shape else {
        throw DataError(
          .badData, file: source.file, place: tensor.name, "has shape \(found.shape)", expected: "\(tensor.shape)",
          advice: source.advice)
      }
      try Self.check(found, isCounter: tensor.place == .counter, source: source)
    }
    if let extra = given.keys.min() {
      throw DataError(
        .badData, file: source.file, place: extra, "is not a tensor of this model", expected: source.expected)
    }
  }

  private static func check(_ found: NamedTensor, isCounter: Bool, source: WeightsSource) throws {
    switch found.values {
    case .int64(let values) where isCounter:
      if let odd = values.first(where: { !(0...largestCounter).contains($0) }) {
        throw DataError(
          .badData, file: source.file, place: found.name, "is \(odd)", expected: "a count from 0 to \(largestCounter)")
      }
    case .float32(let values) where !isCounter:
      let isVariance = found.name.hasSuffix(".running_var")
      let range = isVariance ? 0...largestVariance : -largestValue...largestValue
      if let odd = values.first(where: { !range.contains($0) }) {
        throw DataError(
          .badData, file: source.file, place: found.name, "holds \(odd)",
          expected: isVariance ? "values from 0 to \(largestVariance)" : "values within ±\(largestValue)",
          advice: "The file is damaged, or the training that produced it diverged.")
      }
    default: throw DataError(.badData, file: source.file, place: found.name, "has another element type")
    }
  }

  /// Training cannot continue from weights or means beyond this, because the product of two of them overflows.
  private static let largestValue: Float = 1e18
  private static let largestVariance: Float = 1e36
  /// More batches than any training sees; a counter that starts here does not overflow.
  private static let largestCounter: Int64 = 1 << 53
}
