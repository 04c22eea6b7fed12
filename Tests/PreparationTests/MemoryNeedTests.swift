import Corpora
import Samples
import Testing
import Text

@testable import Preparation

@Suite("The memory that a plan needs")
struct MemoryNeedTests {
  private static let mebibyte = 1 << 20

  @Test(
    "the amount named in a refusal is the least that is accepted",
    arguments: [(0, 100), (40, 1), (64, 64), (300, 1500), (5_000, 20_000)], [1, 8])
  func least(mebibytes: (fixed: Int, worker: Int), threads: Int) throws {
    let need = MemoryNeed(fixed: mebibytes.fixed << 20, worker: mebibytes.worker << 20)
    #expect(try need.workerCount(threads: threads, memory: need.least) == 1)
    let less = need.least - Self.mebibyte
    let error = #expect(throws: DataError.self) { try need.workerCount(threads: threads, memory: less) }
    #expect(error?.code == .usage)
    #expect(error?.description.contains("Give --memory \(need.least >> 20)MiB, or") == true)
  }

  @Test("a small corpus is prepared whatever --memory says")
  func small() throws {
    let need = MemoryNeed(fixed: 1 << 20, worker: 3 << 20)
    #expect(need.least == 0)
    #expect(try need.workerCount(threads: 2, memory: 1) == 2)
  }

  @Test("there are as many workers as memory allows, and no more than threads")
  func workers() throws {
    let need = MemoryNeed(fixed: 100 << 20, worker: 50 << 20)
    let counts = try [128, 256, 1024].map { try need.workerCount(threads: 8, memory: $0 << 20) }
    #expect(counts == [1, 3, 8])
  }

  @Test(
    "touching segments have depth one; overlapping segments have the depth of their overlap",
    arguments: [
      ([], 1), ([0, 1, 1, 2, 2, 3], 1), ([0, 2, 1, 3], 2), ([0, 9, 1, 2, 3, 4, 3.5, 5], 3),
    ] as [([Double], Int)])
  func depth(times: [Double], expected: Int) {
    let segments = stride(from: 0, to: times.count, by: 2).map { index in
      LabelledSegment(
        id: SampleID(recording: "a", segment: index), interval: Interval(start: times[index], end: times[index + 1]),
        labels: [])
    }
    #expect(PlannedRecording.depth(of: segments) == expected)
  }
}
