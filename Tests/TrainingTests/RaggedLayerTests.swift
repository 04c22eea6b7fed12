import Testing

@testable import Training

/// A layer on the ragged rows of the golden.
private struct RaggedBench {
  let bench: LayerBench
  let rowCount: Int

  init(_ golden: Golden, width: Int = 6, make: (NetworkBuilder, Slot) -> any Layer) throws {
    let offsets = try golden.integers("pooling.offsets")
    let mask = try golden["pooling.mask"]
    let rows = RaggedRows(sampleCapacity: 4, longest: 5)
    for (index, offset) in offsets.enumerated() { rows.offsets[index] = Int32(offset) }
    for (index, value) in mask.enumerated() { rows.mask[index] = UInt8(value) }
    bench = LayerBench(samples: 4, width: width, ragged: rows, make: make)
    rowCount = mask.count
  }
}

private let tolerance = 2e-6

@Test("the masked mean and its gradient match PyTorch", arguments: [[Share.whole], [.firstHalf, .secondHalf]])
func maskedMean(_ shares: [Share]) throws {
  let golden = try Golden("layers")
  let bench = try RaggedBench(golden) { MaskedMean($0, name: "mean", input: $1) }.bench
  bench.set(bench.input, try golden["mean.input"])
  bench.forward(isTraining: true, shares: shares)
  try #expect(difference(bench.values(bench.layer.output), golden["mean.output"]) < tolerance)
  bench.set(bench.layer.output, try golden["mean.slope"], slopes: true)
  bench.backward(shares: shares)
  try #expect(difference(bench.values(bench.input, slopes: true), golden["mean.input_gradient"]) < tolerance)
}

@Test(
  "attention between ragged sequences with masked keys matches PyTorch, including gradients",
  arguments: [[Share.whole], [.firstHalf, .secondHalf]])
func crossAttention(_ shares: [Share]) throws {
  let golden = try Golden("layers")
  let bench = try RaggedBench(golden, width: 24) {
    MultiheadAttention(
      $0, name: "cross_attention", queries: $1.columns(0..<12, name: "queries"),
      keys: $1.columns(12..<24, name: "keys"),
      headCount: 4, dropout: 0)
  }.bench
  try bench.load("cross_attention") { try golden["cross_attention.init.\($0)"] }
  bench.set(bench.input, try golden["cross_attention.input"])
  bench.forward(isTraining: true, shares: shares)
  try #expect(difference(bench.values(bench.layer.output), golden["cross_attention.output"]) < tolerance)
  bench.set(bench.layer.output, try golden["cross_attention.slope"], slopes: true)
  bench.backward(shares: shares)
  let found = bench.values(bench.input, slopes: true)
  try #expect(difference(found, golden["cross_attention.input_gradient"]) < tolerance)
  for tensor in bench.builder.tensors {
    let key = tensor.name.dropFirst("cross_attention.".count)
    try #expect(difference(bench.gradient(of: tensor), golden["cross_attention.gradient.\(key)"]) < tolerance, "\(key)")
  }
}
