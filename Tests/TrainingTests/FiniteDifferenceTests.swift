import TensorCore
import Testing

@testable import Training

/// A layer and its definition in float64.
struct DifferenceCase: CustomTestStringConvertible {
  let name: String
  var width = 6
  var tokens = 1
  let make: @Sendable (NetworkBuilder, Slot) -> any Layer
  let reference: @Sendable (Reference.Rows, Reference.Weights) -> Reference.Rows
  var testDescription: String { name }

  static let all = [
    DifferenceCase(name: "Linear") {
      Linear($0, name: "l", input: $1, width: 5)
    } reference: {
      Reference.linear($0, $1["weight"]!, $1["bias"]!)
    },
    DifferenceCase(name: "Linear, BatchNorm1d, ReLU") {
      LinearBatchNorm($0, prefix: "l", index: 0, input: $1, width: 8, dropout: 0, passesGradient: true)
    } reference: {
      let z = Reference.linear($0, $1["0.weight"]!, $1["0.bias"]!)
      return Reference.batchNorm(z, $1["1.weight"]!, $1["1.bias"]!, rectifies: true)
    },
    DifferenceCase(name: "Linear, BatchNorm1d") {
      LinearBatchNorm($0, prefix: "l", index: 0, input: $1, width: 8, dropout: nil, passesGradient: true)
    } reference: {
      let z = Reference.linear($0, $1["0.weight"]!, $1["0.bias"]!)
      return Reference.batchNorm(z, $1["1.weight"]!, $1["1.bias"]!, rectifies: false)
    },
    DifferenceCase(name: "LayerNorm") {
      LayerNorm($0, name: "l", input: $1)
    } reference: {
      Reference.layerNorm($0, $1["weight"]!, $1["bias"]!)
    },
    DifferenceCase(name: "MultiheadAttention", width: 12, tokens: 3) {
      MultiheadAttention($0, name: "l", number: 0, queries: $1, headCount: 4, dropout: 0, addsTokens: false)
    } reference: {
      Reference.selfAttention($0, $1, tokens: 3, heads: 4)
    },
    DifferenceCase(name: "MultiheadAttention, tokens added", width: 8, tokens: 3) {
      MultiheadAttention($0, name: "l", number: 0, queries: $1, headCount: 2, dropout: 0, addsTokens: true)
    } reference: { x, weights in
      zip(x, Reference.selfAttention(x, weights, tokens: 3, heads: 2)).map { zip($0, $1).map(+) }
    },
    DifferenceCase(name: "MultiheadAttention to another sequence", width: 16, tokens: 3) {
      MultiheadAttention(
        $0, name: "l", queries: $1.columns(0..<8, name: "q"), keys: $1.columns(8..<16, name: "k"), headCount: 2,
        dropout: 0)
    } reference: { x, weights in
      Reference.attention(
        x.map { Array($0[..<8]) }, x.map { Array($0[8...]) }, weights, tokens: 3, heads: 2)
    },
    DifferenceCase(name: "Residual", width: 10) {
      Residual($0, name: "l", x: $1.columns(0..<5, name: "x"), branch: $1.columns(5..<10, name: "y"), dropout: 0)
    } reference: { x, _ in
      x.map { row in (0..<5).map { row[$0] + row[$0 + 5] } }
    },
    DifferenceCase(name: "PositionalEncoding", tokens: 3) {
      let table = PositionalEncoding.Table($0, name: "l", rows: 4, width: $1.width)
      return PositionalEncoding($0, name: "l", input: $1, table: table, dropout: 0)
    } reference: { x, _ in
      Reference.positionalEncoding(x, tokens: 3)
    },
    DifferenceCase(name: "TensorProduct") {
      TensorProduct($0, name: "l", inputs: thirds($1))
    } reference: { x, _ in
      Reference.tensorProduct(x)
    },
    DifferenceCase(name: "LowRankProduct") {
      LowRankProduct($0, name: "l", inputs: thirds($1), width: 5, rankCount: 3)
    } reference: {
      Reference.lowRankProduct($0, $1, outputs: 5)
    },
  ]

  private static func thirds(_ slot: Slot) -> [Slot] {
    let width = slot.width / 3
    return (0..<3).map { slot.columns($0 * width..<($0 + 1) * width, name: "third \($0)") }
  }
}

@Test(
  "a layer's output and gradients match its definition, by finite differences in float64",
  arguments: DifferenceCase.all)
func finiteDifferences(_ difference: DifferenceCase) {
  let samples = 4
  let bench = LayerBench(samples: samples, width: difference.width, tokens: difference.tokens, make: difference.make)
  // Numbers without a pattern, in ±1.
  func number(_ index: Int) -> Float { Float((index * 7919 + 3571) % 2003) / 1001.5 - 1 }
  let rowCount = samples * difference.tokens
  let input = (0..<rowCount * difference.width).map { number($0) }
  var weights: Reference.Weights = [:]
  for (order, tensor) in bench.builder.tensors.enumerated() where tensor.place == .trained {
    let values = (0..<tensor.count).map { number($0 + 1000 * (order + 1)) }
    bench.builder.memory.values(of: tensor).take(values)
    weights[String(tensor.name.dropFirst(2))] = values.map { Double($0) }
  }
  bench.set(bench.input, input)
  bench.forward(isTraining: true)
  let output = bench.values(bench.layer.output)
  let slope = output.indices.map { number($0 + 77) }
  bench.set(bench.layer.output, slope, slopes: true)
  bench.backward()

  func rows(_ x: [Double]) -> Reference.Rows {
    stride(from: 0, to: x.count, by: difference.width).map { Array(x[$0..<$0 + difference.width]) }
  }
  func objective(_ x: [Double], _ weights: Reference.Weights) -> Double {
    zip(difference.reference(rows(x), weights).joined(), slope).reduce(0) { $0 + $1.0 * Double($1.1) }
  }
  let exact = input.map { Double($0) }
  let expected = difference.reference(rows(exact), weights).joined().map { Float($0) }
  #expect(TrainingTests.difference(output, Array(expected)) < 1e-5)
  /// The slope of the objective along one number.
  func slopes(_ values: [Double], _ evaluate: ([Double]) -> Double) -> [Float] {
    values.indices.map { index in
      var (above, below) = (values, values)
      above[index] += 1e-6
      below[index] -= 1e-6
      return Float((evaluate(above) - evaluate(below)) / 2e-6)
    }
  }
  let inputSlopes = slopes(exact) { objective($0, weights) }
  #expect(TrainingTests.difference(bench.values(bench.input, slopes: true), inputSlopes) < 1e-5)
  for tensor in bench.builder.tensors where tensor.place == .trained {
    let key = String(tensor.name.dropFirst(2))
    let expected = slopes(weights[key]!) { values in
      objective(exact, weights.merging([key: values]) { $1 })
    }
    #expect(TrainingTests.difference(bench.gradient(of: tensor), expected) < 1e-5, "\(key)")
  }
}
