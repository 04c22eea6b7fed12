import TensorCore
import Text

extension Network {
  /// The weights and buffers under PyTorch's names, in PyTorch's order.
  func stateDict() -> [NamedTensor] {
    tensors.map { tensor in
      if tensor.place == .counter {
        return NamedTensor(name: tensor.name, shape: [], values: .int64([memory.arenas.counters[tensor.offset]]))
      }
      return NamedTensor(name: tensor.name, shape: tensor.shape, values: .float32(Array(memory.values(of: tensor))))
    }
  }

  /// Takes over a state dict: each name once, each of the right shape, no other (PyTorch's `strict=True`).
  ///
  /// - Parameter source: what to call it in an error.
  /// - Throws: `DataError` 65 that names the first tensor that does not fit.
  func load(_ state: [NamedTensor], source: String) throws {
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

  /// Checks that a state dict is one of this network, and that its numbers are some that training can have given.
  ///
  /// - Parameter source: what to call it in an error.
  /// - Throws: `DataError` 65 that names the first tensor that does not fit.
  func check(_ state: [NamedTensor], source: String) throws { try tensors.check(state, source: source) }
}

extension [TensorRecord] {
  /// See `Network.check`; needs no memory of a network, so that a file can be refused before any is taken.
  func check(_ state: [NamedTensor], source: String) throws {
    var given = Dictionary(state.map { ($0.name, $0) }) { first, _ in first }
    for tensor in self {
      guard let found = given.removeValue(forKey: tensor.name) else {
        throw DataError(.badData, file: source, place: tensor.name, "is missing", expected: Self.expectation)
      }
      guard found.shape == tensor.shape else {
        throw DataError(
          .badData, file: source, place: tensor.name, "has shape \(found.shape)", expected: "\(tensor.shape)",
          advice: "Give the --model, --preset and shards that these weights were trained with.")
      }
      try Self.check(found, isCounter: tensor.place == .counter, source: source)
    }
    if let extra = given.keys.min() {
      throw DataError(.badData, file: source, place: extra, "is no tensor of this model", expected: Self.expectation)
    }
  }

  private static func check(_ found: NamedTensor, isCounter: Bool, source: String) throws {
    switch found.values {
    case .int64(let values) where isCounter:
      if let odd = values.first(where: { !(0...largestCounter).contains($0) }) {
        throw DataError(
          .badData, file: source, place: found.name, "is \(odd)", expected: "a count from 0 to \(largestCounter)")
      }
    case .float32(let values) where !isCounter:
      let isVariance = found.name.hasSuffix(".running_var")
      let range = isVariance ? 0...largestVariance : -largestValue...largestValue
      if let odd = values.first(where: { !range.contains($0) }) {
        throw DataError(
          .badData, file: source, place: found.name, "holds \(odd)",
          expected: isVariance ? "values from 0 to \(largestVariance)" : "values within ±\(largestValue)",
          advice: "The file is damaged, or the training that gave it went astray.")
      }
    default: throw DataError(.badData, file: source, place: found.name, "has another element type")
    }
  }

  /// Training cannot go on from weights and means beyond this: the product of two of them overflows.
  private static let largestValue: Float = 1e18
  private static let largestVariance: Float = 1e36
  /// As many batches as no training sees: the counter that starts here does not overflow.
  private static let largestCounter: Int64 = 1 << 53
  private static let expectation = "the weights of the --model that was asked for"
}
