import Files
import Synchronization

/// A bounded store for streams of values that several workers append to, in chunks that a stream takes as it grows.
///
/// A worker appends to its own streams only; chunks come from one atomic counter. When the pool is used up, a stream is
/// marked as incomplete and its values are lost: their owner must find them another way.
///
/// `@unchecked Sendable`: each chunk and its link are touched only by the worker that took it, and by others only after
/// that worker has ended.
final class CandidatePool: @unchecked Sendable {
  static let chunkSize = 64

  let streamCount: Int
  fileprivate let values: UnsafeMutablePointer<Float>
  /// The previous chunk of the same stream.
  fileprivate let previous: UnsafeMutablePointer<Int32>
  private let chunkCount: Int
  /// Chunks of streams; those after them are the workers' spare ones.
  private let sharedCount: Int
  private let memory: PageMemory
  // Chunk 0 means "none".
  private let nextChunk = Atomic<Int>(1)
  private let nextSpare: Atomic<Int>

  /// Room for `capacity` values in `streamCount` streams each of `threadCount` workers.
  init(capacity: Int, streamCount: Int, threadCount: Int) {
    // A stream's last chunk is half empty on average, so each has a chunk beyond its share. Each worker has one for values
    // that do not fit, also one that begins when others have used up the rest.
    sharedCount = capacity / Self.chunkSize + streamCount * threadCount + 1
    chunkCount = sharedCount + threadCount
    nextSpare = Atomic(sharedCount)
    self.streamCount = streamCount
    memory = PageMemory(count: chunkCount * Self.chunkSize)
    values = memory.base
    previous = .allocate(capacity: chunkCount)
  }

  deinit { previous.deallocate() }

  /// A fresh chunk; nil when there is none left.
  fileprivate func take() -> Int? {
    let chunk = nextChunk.wrappingAdd(1, ordering: .relaxed).oldValue
    return chunk < sharedCount ? chunk : nil
  }

  /// A worker's chunk for values that do not fit.
  fileprivate func takeSpare() -> Int {
    let chunk = nextSpare.wrappingAdd(1, ordering: .relaxed).oldValue
    precondition(chunk < chunkCount, "a pool has as many workers as it was made for")
    return chunk
  }
}

/// The streams of one worker.
struct CandidateStreams: Sendable {
  private let pool: CandidatePool
  /// Where each stream writes next; a multiple of the chunk size when the chunk is full or there is none.
  private var cursors: [Int]
  private var isLost: [Bool]
  /// The chunk for values that do not fit.
  private let spare: Int

  init(_ pool: CandidatePool) {
    self.pool = pool
    cursors = Array(repeating: 0, count: pool.streamCount)
    isLost = Array(repeating: false, count: pool.streamCount)
    spare = pool.takeSpare()
  }

  /// Where `append` puts values, for the duration of its `body`.
  struct Appender {
    fileprivate let pool: CandidatePool
    fileprivate let values: UnsafeMutablePointer<Float>
    fileprivate let cursors: UnsafeMutablePointer<Int>
    fileprivate let isLost: UnsafeMutablePointer<Bool>
    fileprivate let spare: Int

    @inline(__always)
    func append(_ value: Float, to stream: Int) {
      var cursor = cursors[stream]
      if cursor & (CandidatePool.chunkSize - 1) == 0 { cursor = grow(stream) }
      values[cursor] = value
      cursors[stream] = cursor &+ 1
    }

    /// A fresh chunk for a stream whose chunk is full or that has none.
    @inline(never)
    private func grow(_ stream: Int) -> Int {
      guard !isLost[stream], let chunk = pool.take() else {
        isLost[stream] = true
        return spare * CandidatePool.chunkSize
      }
      pool.previous[chunk] = cursors[stream] == 0 ? 0 : Int32(cursors[stream] / CandidatePool.chunkSize - 1)
      return chunk * CandidatePool.chunkSize
    }
  }

  /// Hands out a way to append.
  @inline(__always)
  mutating func append(_ body: (Appender) -> Void) {
    let (pool, spare) = (pool, spare)
    cursors.withUnsafeMutableBufferPointer { cursors in
      isLost.withUnsafeMutableBufferPointer { isLost in
        // Without a stream there is no cell to append, and no address.
        guard let cursors = cursors.baseAddress, let isLost = isLost.baseAddress else { return }
        body(Appender(pool: pool, values: pool.values, cursors: cursors, isLost: isLost, spare: spare))
      }
    }
  }

  /// How many values a stream holds; nil when some were lost.
  func count(of stream: Int) -> Int? {
    if isLost[stream] { return nil }
    var count = 0
    visit(stream) { count += $1 }
    return count
  }

  /// Visits the values of a stream, a chunk at a time.
  func visit(_ stream: Int, _ body: (UnsafePointer<Float>, Int) -> Void) {
    let cursor = cursors[stream]
    if cursor == 0 { return }
    var chunk = (cursor - 1) / CandidatePool.chunkSize
    var length = cursor - chunk * CandidatePool.chunkSize
    while chunk != 0 {
      body(pool.values + chunk * CandidatePool.chunkSize, length)
      chunk = Int(pool.previous[chunk])
      length = CandidatePool.chunkSize
    }
  }
}
