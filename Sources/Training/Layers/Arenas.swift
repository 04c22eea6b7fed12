import Foundation
import TensorCore

/// All the memory of a network: one flat arena each for parameters, gradients and the two moments, one for buffers, and
/// one workspace for activations. Allocated once, before the first step.
///
/// `@unchecked Sendable`: two threads use it at once, each on its own ranges (see `Network`).
final class Arenas: @unchecked Sendable {
  /// Float32 values from one allocation, zeroed and aligned to a cache line. Pages are only committed on first use:
  /// samples shorter than the longest take no memory for the rows they lack, and a pass without gradients none for
  /// slopes.
  struct Arena {
    private let memory: UnsafeMutableRawPointer
    private let values: Vector

    var count: Int { values.count }

    fileprivate init(count: Int) {
      let size = MemoryLayout<Float>.stride
      // As with memory that Swift itself allocates, the program cannot continue without it.
      guard let memory = calloc(count + Arenas.alignment, size) else {
        fatalError("failed to allocate \(count * size) bytes of memory")
      }
      self.memory = memory
      let start = memory.alignedUp(toMultipleOf: Arenas.alignment * size)
      values = Vector(start: start.bindMemory(to: Float.self, capacity: count), count: count)
    }

    /// A range of values. A range beyond the arena ends the program, in release builds too.
    subscript(offset: Int, count count: Int) -> Vector { values.part(from: offset, count: count) }

    fileprivate func release() { free(memory) }
  }

  /// The learned values.
  let parameters: Arena
  /// One gradient for each parameter.
  let gradients: Arena
  /// The first moments of the optimiser.
  let mean: Arena
  /// The second moments of the optimiser.
  let square: Arena
  /// Parameters that are not trained.
  let frozen: Arena
  /// The running statistics of batch normalisation.
  let buffers: Arena
  /// Activations, and anything else that a pass keeps.
  let values: Arena
  /// The gradients of activations, at the same offsets.
  let slopes: Arena
  /// For each batch normalisation, the number of training batches that it has seen.
  let counters: UnsafeMutablePointer<Int64>
  /// Random words for dropout.
  private let words: UnsafeMutableBufferPointer<UInt32>

  init(parameterCount: Int, frozenCount: Int, bufferCount: Int, valueCount: Int, wordCount: Int, counterCount: Int) {
    parameters = Arena(count: parameterCount)
    gradients = Arena(count: parameterCount)
    mean = Arena(count: parameterCount)
    square = Arena(count: parameterCount)
    frozen = Arena(count: frozenCount)
    buffers = Arena(count: bufferCount)
    values = Arena(count: valueCount)
    slopes = Arena(count: valueCount)
    counters = .allocate(capacity: max(1, counterCount))
    counters.initialize(repeating: 0, count: max(1, counterCount))
    words = .allocate(capacity: max(1, wordCount))
    words.initialize(repeating: 0)
  }

  deinit {
    for arena in [parameters, gradients, mean, square, frozen, buffers, values, slopes] { arena.release() }
    counters.deallocate()
    words.deallocate()
  }

  /// Returns room for `count` random words. A range beyond the arena ends the program, in release builds too.
  func words(_ offset: Int, count: Int) -> UnsafeMutableBufferPointer<UInt32> {
    words.part(from: offset, count: count)
  }

  /// The alignment of the pieces of an arena: each starts at a cache line.
  static let alignment = 16

  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
