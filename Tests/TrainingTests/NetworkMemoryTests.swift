import Foundation
import Testing

@testable import Training

/// The bytes that the README promises as mult's maximum for its activations.
private func promised(_ shape: ModelShape, batch: Int) -> Int {
  let columns = shape.widths.reduce(0, +)
  return batch * shape.maxRows * (5_000 * shape.embed + 8 * columns + 900 * shape.maxRows)
}

@Test(
  "mult plans no more memory than the README's formula says",
  arguments: [Preset.mult32, .seed192, .seed256], [(32, 50), (32, 200), (33, 50), (64, 500), (32, 1)])
func memoryOfSequences(_ preset: Preset, _ size: (Int, Int)) throws {
  let (batch, maxRows) = size
  let shape = ModelShape(
    widths: [713, 74, 300], hidden: preset.hidden, embed: preset.embed, outputs: 7, dropout: 0.1, maxRows: maxRows)
  let value = ModelGraph.Value(name: "x", shape: [nil, 1])
  let builder = NetworkBuilder(capacity: batch, graph: ModelGraph(inputs: [value], output: value))
  let inputs = ["visual", "audio", "text"].enumerated().map { index, name in
    builder.sequence(name, width: shape.widths[index], longest: shape.maxRows, maskName: name + "_mask")
  }
  _ = ModelKind.crossmodalTransformer.plan(builder, inputs, shape)
  // Weights, their gradients and moments are within the 128 MiB that every model may take.
  let weights = builder.tensors.reduce(0) { $0 + 16 * $1.count }
  // A batch of 33 is one of 32 that was joined by a single last sample.
  #expect(builder.byteCount - weights <= promised(shape, batch: batch == 33 ? 32 : batch))
}

@Test("an arena's pages are allocated on first use")
func pagesOfArenas() throws {
  let count = 16 << 20
  let arenas = Arenas(
    parameterCount: 0, frozenCount: 0, bufferCount: 0, valueCount: count, wordCount: 0, counterCount: 0)
  let values = arenas.values[0, count: count]
  #expect(Int(bitPattern: values.baseAddress) % 64 == 0)
  let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
  // Whole pages within the arena.
  let start = try #require(UnsafeMutableRawPointer(values.baseAddress)).alignedUp(toMultipleOf: pageSize)
  let pages = 4 * count / pageSize - 1
  func residentCount() -> Int {
    var states = [UInt8](repeating: 0, count: pages)
    return mincore(start, pages * pageSize, &states) == 0 ? states.count { $0 & 1 == 1 } : -1
  }
  #expect(residentCount() == 0)
  #expect(values[count / 2] == 0)
  values[count / 2] = 1
  // One page, or one of 2 MiB if the system uses those everywhere.
  #expect((1...512).contains(residentCount()))
}
