import Samples
import Testing

@testable import Preparation

struct ShardLayoutTests {
  private func recordings(_ split: Split, _ count: Int, input: Int, output: Int) -> [PlannedRecording] {
    (0..<count).map {
      PlannedRecording(
        id: "\(split)\($0)", group: "\(split)\($0)", origin: nil, split: split, segments: [], inputBytes: input,
        outputBytes: output)
    }
  }

  @Test("blocks and shards cover the plan once, in order, and never cross a split")
  func coverage() {
    let plan =
      recordings(.train, 50, input: 5 << 20, output: 4 << 20) + recordings(.valid, 3, input: 1, output: 1)
      + recordings(.test, 1, input: 1 << 30, output: 1 << 30)
    let (shards, blocks) = ShardLayout.layOut(plan)
    #expect(blocks.flatMap { Array($0.recordings) } == Array(plan.indices))
    #expect(shards.flatMap { Array($0.blocks) } == Array(blocks.indices))
    for block in blocks { #expect(plan[block.recordings].allSatisfy { $0.split == block.split }) }
    for split in Split.allCases {
      let numbers = shards.filter { $0.split == split }.map(\.number)
      #expect(numbers == Array(0..<numbers.count))
    }
  }

  @Test("a shard closes at its limit, and a recording larger than the limit is its own shard")
  func limits() {
    let half = ShardLayout.shardBytes / 2
    let plan = recordings(.train, 4, input: 1, output: half) + recordings(.test, 2, input: 1, output: 3 * half)
    let shards = ShardLayout.layOut(plan).shards
    #expect(shards.map(\.split) == [.train, .train, .test, .test])
    #expect(shards[0].file == "shards/train-00000.safetensors")
    #expect(shards[3].file == "shards/test-00001.safetensors")
  }

  @Test("blocks get smaller towards the end of the plan")
  func taper() {
    let plan = recordings(.train, 200, input: 1 << 20, output: 1) + recordings(.test, 40, input: 1 << 20, output: 1)
    let sizes = ShardLayout.layOut(plan).blocks.map(\.recordings.count)
    #expect(sizes.first == ShardLayout.blockBytes >> 20)
    #expect(sizes.suffix(4).allSatisfy { $0 <= ShardLayout.smallestBlockBytes >> 20 })
  }
}
