import Storage
import Synchronization

/// Buffers that threads borrow for a piece of spilled rows: as many as are in use at once, so that memory is asked for once
/// and not for each piece.
final class SpillBuffers: Sendable {
  private struct Idle: @unchecked Sendable {
    // A buffer is either here or with the one thread that took it out.
    var buffers: [FloatBuffer] = []
  }

  private let idle = Mutex(Idle())

  /// Lends a buffer for the time of `body`; what it holds at first is undefined.
  func withBuffer<Result>(_ body: (FloatBuffer) throws -> Result) rethrows -> Result {
    let buffer = idle.withLock { $0.buffers.popLast() } ?? FloatBuffer()
    defer { idle.withLock { $0.buffers.append(buffer) } }
    return try body(buffer)
  }
}
