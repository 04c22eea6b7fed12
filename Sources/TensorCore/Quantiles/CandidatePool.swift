import Synchronization

/// A bounded store for streams of values that several threads append to, in chunks that a stream takes as it grows.
///
/// A thread appends to its own streams only; chunks come from one atomic counter. When the pool is used up, a stream is
/// marked as incomplete and its values are lost: its owner must find them another way.
final class CandidatePool: @unchecked Sendable {
  // Threads share the counter, which is atomic; each slot, link and cursor is touched by the thread that owns it until
  // the threads have been joined.
  static let chunkSize = 64

  private let memory: PageMemory
  private let values: UnsafeMutablePointer<Float>
  /// The chunk that came before, in the same stream.
  private let previous: UnsafeMutablePointer<Int32>
  /// Where each stream writes next, `[thread][stream]`; a multiple of the chunk size when the chunk is full.
  private let cursors: UnsafeMutablePointer<Int>
  private let chunkCount: Int
  private let streamCount: Int
  private let threadCount: Int
  private let nextChunk: Atomic<Int>
  private let lost: UnsafeMutablePointer<Bool>

  /// Room for `capacity` values in `streamCount` streams a thread.
  init(capacity: Int, streamCount: Int, threadCount: Int) {
    // Chunk 0 means "none"; the next ones take the values that find no room, one a thread. A stream's last chunk is half
    // empty on average, so each has a chunk beyond its share.
    let reserved = 1 + threadCount
    chunkCount = capacity / Self.chunkSize + streamCount * threadCount + reserved
    self.streamCount = streamCount
    self.threadCount = threadCount
    memory = PageMemory(count: chunkCount * Self.chunkSize)
    values = memory.base
    previous = .allocate(capacity: chunkCount)
    cursors = .allocate(capacity: streamCount * threadCount)
    cursors.initialize(repeating: 0, count: streamCount * threadCount)
    lost = .allocate(capacity: streamCount * threadCount)
    lost.initialize(repeating: false, count: streamCount * threadCount)
    nextChunk = Atomic(reserved)
  }

  deinit {
    previous.deallocate()
    cursors.deallocate()
    lost.deallocate()
  }

  /// Where a thread appends; use it from that thread only.
  struct Appender {
    fileprivate let pool: CandidatePool
    fileprivate let values: UnsafeMutablePointer<Float>
    fileprivate let cursors: UnsafeMutablePointer<Int>
    fileprivate let thread: Int

    @inline(__always)
    func append(_ value: Float, to stream: Int) {
      var cursor = cursors[stream]
      if cursor & (CandidatePool.chunkSize - 1) == 0 { cursor = pool.grow(stream, thread: thread) }
      values[cursor] = value
      cursors[stream] = cursor &+ 1
    }
  }

  func appender(thread: Int) -> Appender {
    Appender(pool: self, values: values, cursors: cursors + thread * streamCount, thread: thread)
  }

  /// A fresh chunk for a stream whose chunk is full or that has none.
  @inline(never)
  private func grow(_ stream: Int, thread: Int) -> Int {
    let place = thread * streamCount + stream
    if lost[place] { return (1 + thread) * Self.chunkSize }
    let chunk = nextChunk.wrappingAdd(1, ordering: .relaxed).oldValue
    if chunk >= chunkCount {
      lost[place] = true
      return (1 + thread) * Self.chunkSize
    }
    previous[chunk] = cursors[place] == 0 ? 0 : Int32(cursors[place] / Self.chunkSize - 1)
    return chunk * Self.chunkSize
  }

  /// How many values a stream holds over all threads; nil when some were lost.
  func count(of stream: Int) -> Int? {
    var count = 0
    for thread in 0..<threadCount {
      if lost[thread * streamCount + stream] { return nil }
      visit(stream, thread) { count += $1 }
    }
    return count
  }

  /// Copies a stream's values, of which none was lost, to `destination`.
  func copy(_ stream: Int, to destination: UnsafeMutablePointer<Float>) {
    var count = 0
    for thread in 0..<threadCount {
      visit(stream, thread) { start, length in
        (destination + count).update(from: start, count: length)
        count += length
      }
    }
  }

  private func visit(_ stream: Int, _ thread: Int, _ body: (UnsafePointer<Float>, Int) -> Void) {
    let cursor = cursors[thread * streamCount + stream]
    if cursor == 0 { return }
    var chunk = (cursor - 1) / Self.chunkSize
    var length = cursor - chunk * Self.chunkSize
    while chunk != 0 {
      body(values + chunk * Self.chunkSize, length)
      chunk = Int(previous[chunk])
      length = Self.chunkSize
    }
  }
}
