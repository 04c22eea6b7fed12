import Testing

@testable import Training

/// A pooling layer on the golden's ragged rows.
private struct PoolingBench {
  let bench: LayerBench
  let rowCount: Int

  init(_ golden: Golden, make: (NetworkBuilder, Slot) -> any Layer) throws {
    let offsets = try golden.integers("pooling.offsets")
    let mask = try golden["pooling.mask"]
    let rows = RaggedRows(sampleCapacity: 4, longest: 5)
    for (index, offset) in offsets.enumerated() { rows.offsets[index] = Int32(offset) }
    for (index, value) in mask.enumerated() { rows.mask[index] = UInt8(value) }
    bench = LayerBench(samples: 4, width: 6, ragged: rows, make: make)
    rowCount = mask.count
  }
}

private let tolerance = 2e-6

@Test("the masked mean and its gradient are PyTorch's", arguments: [[Share.whole], [.firstHalf, .secondHalf]])
func maskedMean(_ shares: [Share]) throws {
  let golden = try Golden("layers")
  let bench = try PoolingBench(golden) { MaskedMean($0, name: "mean", input: $1) }.bench
  bench.set(bench.input, try golden["mean.input"])
  bench.forward(isTraining: true, shares: shares)
  try #expect(difference(bench.values(bench.layer.output), golden["mean.output"]) < tolerance)
  bench.set(bench.layer.output, try golden["mean.slope"], slopes: true)
  bench.backward(shares: shares)
  try #expect(difference(bench.values(bench.input, slopes: true), golden["mean.input_gradient"]) < tolerance)
}

@Test("attention pooling and its gradients are PyTorch's", arguments: [[Share.whole], [.firstHalf, .secondHalf]])
func attentionPooling(_ shares: [Share]) throws {
  let golden = try Golden("layers")
  let bench = try PoolingBench(golden) { AttentionPooling($0, name: "attention_pooling", input: $1) }.bench
  try bench.load("attention_pooling") { try golden["attention_pooling.\($0)"] }
  bench.set(bench.input, try golden["attention_pooling.input"])
  bench.forward(isTraining: true, shares: shares)
  try #expect(difference(bench.values(bench.layer.output), golden["attention_pooling.output"]) < tolerance)
  bench.set(bench.layer.output, try golden["attention_pooling.slope"], slopes: true)
  bench.backward(shares: shares)
  let found = bench.values(bench.input, slopes: true)
  try #expect(difference(found, golden["attention_pooling.input_gradient"]) < tolerance)
  let query = bench.gradient(of: bench.builder.tensors[0])
  try #expect(difference(query, golden["attention_pooling.query_gradient"]) < tolerance)
}
