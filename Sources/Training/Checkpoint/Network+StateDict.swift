import Storage

extension Network {
  /// The weights and buffers under PyTorch's names, in PyTorch's order.
  func stateDict() -> [NamedTensor] {
    tensors.map { tensor in
      if tensor.place == .counter {
        return NamedTensor(name: tensor.name, shape: [], values: .int64([memory.arenas.counters[tensor.offset]]))
      }
      let values = UnsafeBufferPointer(start: memory.values(of: tensor), count: tensor.count)
      return NamedTensor(name: tensor.name, shape: tensor.shape, values: .float32(Array(values)))
    }
  }

  /// Takes over a state dict: each name once, each of the right shape, no other (PyTorch's `strict=True`).
  ///
  /// - Parameter source: what to call it in an error.
  /// - Throws: `DataError` 65 that names the first tensor that does not fit.
  func load(_ state: [NamedTensor], source: String) throws {
    var given = Dictionary(state.map { ($0.name, $0) }) { first, _ in first }
    for tensor in tensors {
      guard let found = given.removeValue(forKey: tensor.name) else {
        throw DataError(.badData, file: source, place: tensor.name, "is missing", expected: Self.advice)
      }
      guard found.shape == tensor.shape else {
        throw DataError(
          .badData, file: source, place: tensor.name, "has shape \(found.shape)", expected: "\(tensor.shape)",
          advice: "Give the --model, --preset and shards that these weights were trained with.")
      }
      switch found.values {
      case .int64(let values) where tensor.place == .counter: memory.arenas.counters[tensor.offset] = values[0]
      case .float32(let values) where tensor.place != .counter:
        memory.values(of: tensor).update(from: values, count: values.count)
      default: throw DataError(.badData, file: source, place: tensor.name, "has another element type")
      }
    }
    if let extra = given.keys.min() {
      throw DataError(.badData, file: source, place: extra, "is no tensor of this model", expected: Self.advice)
    }
  }

  private static let advice = "the weights of the --model that was asked for"
}
