import Testing

@testable import TensorCore

@Suite("Bounded streams of values")
struct CandidatePoolTests {
  @Test("a worker that finds the pool used up loses its values and says so")
  func lateWorker() {
    let pool = CandidatePool(capacity: 2 * CandidatePool.chunkSize, streamCount: 1, threadCount: 2)
    var (first, late) = (CandidateStreams(pool), nil as CandidateStreams?)
    first.append { stream in for value in 0..<10 * CandidatePool.chunkSize { stream.append(Float(value), to: 0) } }
    #expect(first.count(of: 0) == nil)
    late = CandidateStreams(pool)
    late?.append { stream in stream.append(1, to: 0) }
    #expect(late?.count(of: 0) == nil)
  }

  @Test("the streams of several workers hold what each appended")
  func streams() {
    let pool = CandidatePool(capacity: 4 * CandidatePool.chunkSize, streamCount: 2, threadCount: 2)
    var workers = [CandidateStreams(pool), CandidateStreams(pool)]
    let count = CandidatePool.chunkSize + 3
    for worker in workers.indices {
      workers[worker].append { stream in
        for value in 0..<count { stream.append(Float(1000 * worker + value), to: worker) }
      }
    }
    for worker in workers.indices {
      var found: [Float] = []
      workers[worker].visit(worker) { start, length in found += (0..<length).map { start[$0] } }
      #expect(found.sorted() == (0..<count).map { Float(1000 * worker + $0) })
      #expect(workers[worker].count(of: worker) == count)
      #expect(workers[worker].count(of: 1 - worker) == 0)
    }
  }
}
