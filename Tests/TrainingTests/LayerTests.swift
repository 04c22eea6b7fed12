import Testing

@testable import Training

/// A layer, and how to plan it for a golden's input.
struct LayerCase: CustomTestStringConvertible {
  let name: String
  var tokens = 1
  let make: @Sendable (NetworkBuilder, Slot) -> any Layer
  var testDescription: String { name }

  static let all = [
    LayerCase(name: "linear") { Linear($0, name: "linear", input: $1, width: 5) },
    LayerCase(name: "block") {
      LinearBatchNorm($0, prefix: "block", index: 0, input: $1, width: 8, dropout: 0, passesGradient: true)
    },
    LayerCase(name: "norm") {
      LinearBatchNorm($0, prefix: "norm", index: 0, input: $1, width: 8, dropout: nil, passesGradient: true)
    },
    LayerCase(name: "attention", tokens: 3) {
      MultiheadAttention(
        $0, name: "attention", number: 0, queries: $1, headCount: 4, dropout: 0, addsTokens: false)
    },
    LayerCase(name: "layer_norm") { LayerNorm($0, name: "layer_norm", input: $1) },
  ]
}

/// PyTorch and this code round differently in each product; the values are of order 1.
private let tolerance = 2e-6

@Test("a layer matches PyTorch's output, gradients and running statistics", arguments: LayerCase.all)
func layerParity(_ layerCase: LayerCase) throws {
  let golden = try Golden("layers")
  let name = layerCase.name
  let shape = try golden.shape("\(name).input")
  for shares in [[Share.whole], [.firstHalf, .secondHalf]] {
    let bench = LayerBench(
      samples: shape[0], width: shape[shape.count - 1], tokens: layerCase.tokens, make: layerCase.make)
    try bench.load(name) { try golden["\(name).init.\($0)"] }
    bench.set(bench.input, try golden["\(name).input"])
    bench.forward(isTraining: true, shares: shares)
    try #expect(difference(bench.values(bench.layer.output), golden["\(name).output"]) < tolerance)
    bench.set(bench.layer.output, try golden["\(name).slope"], slopes: true)
    bench.backward(shares: shares)
    try #expect(difference(bench.values(bench.input, slopes: true), golden["\(name).input_gradient"]) < tolerance)
    for tensor in bench.builder.tensors where tensor.place != .counter {
      let key = String(tensor.name.dropFirst(name.count + 1))
      try #expect(difference(bench.parameters(of: tensor), golden["\(name).after.\(key)"]) < tolerance, "\(key)")
      if tensor.place == .trained {
        try #expect(difference(bench.gradient(of: tensor), golden["\(name).gradient.\(key)"]) < tolerance, "\(key)")
      }
    }
    bench.forward(isTraining: false, shares: shares)
    try #expect(difference(bench.values(bench.layer.output), golden["\(name).evaluated"]) < tolerance)
  }
}

@Test("dropout zeroes its share, scales the rest, and depends only on seed, step and position")
func dropoutMask() {
  func run(step: UInt64, seed: UInt64 = 1, shares: [Share] = [.whole]) -> [Float] {
    let bench = LayerBench(samples: 64, width: 8, seed: seed) {
      LinearBatchNorm($0, prefix: "block", index: 0, input: $1, width: 100, dropout: 0.7, passesGradient: true)
    }
    bench.set(bench.input, (0..<64 * 8).map { Float(($0 * 37) % 101) / 50 - 1 })
    // β = 10 keeps every value positive, so that only dropout makes zeros.
    for tensor in bench.builder.tensors where tensor.name == "block.1.bias" {
      bench.builder.memory.values(of: tensor).update(repeating: 10)
    }
    bench.forward(isTraining: true, step: step, shares: shares)
    return bench.values(bench.layer.output)
  }
  let values = run(step: 3)
  let kept = values.filter { $0 != 0 }
  let share = Double(kept.count) / Double(values.count)
  #expect(abs(share - 0.3) < 0.02)
  let mean = kept.reduce(0, +) / Float(kept.count)
  #expect(abs(mean - 10 / 0.3) < 0.5)
  #expect(values == run(step: 3))
  #expect(values.map { $0 == 0 } == run(step: 3, shares: [.firstHalf, .secondHalf]).map { $0 == 0 })
  #expect(values.map { $0 == 0 } != run(step: 4).map { $0 == 0 })
  #expect(values.map { $0 == 0 } != run(step: 3, seed: 2).map { $0 == 0 })
}

@Test("initial weights match PyTorch's bounds and moments")
func initialWeights() {
  let bench = LayerBench(samples: 2, width: 64) { Linear($0, name: "linear", input: $1, width: 200) }
  let weights = bench.parameters(of: bench.builder.tensors[0])
  let bound: Float = 1 / 8  // 1 / √64
  #expect(weights.allSatisfy { abs($0) <= bound })
  let variance = weights.reduce(0) { $0 + $1 * $1 } / Float(weights.count)
  let ratio = variance / (bound * bound / 3)
  #expect(abs(ratio - 1) < 0.03)
  let mean = weights.reduce(0, +) / Float(weights.count)
  #expect(abs(mean) < 0.002)
}
