import Foundation
import TensorCore

/// All the memory of a network: one flat arena each for parameters, gradients and the two moments, one for buffers, and
/// one workspace for activations. Made once, before the first step.
///
/// `@unchecked Sendable`: two threads use it at once, each on ranges of its own (see `Network`).
final class Arenas: @unchecked Sendable {
  /// Float32 values from one allocation, zeroed, aligned to a cache line. Pages come with their first use: samples that
  /// are shorter than the longest take no room for what they lack, and a pass without a gradient none for slopes.
  struct Arena {
    private let memory: UnsafeMutableRawPointer
    private let values: Vector

    var count: Int { values.count }

    fileprivate init(count: Int) {
      let size = MemoryLayout<Float>.stride
      // As with memory that Swift itself allocates: without it nothing can go on.
      guard let memory = calloc(count + Arenas.alignment, size) else {
        fatalError("failed to allocate \(count * size) bytes of memory")
      }
      self.memory = memory
      let start = memory.alignedUp(toMultipleOf: Arenas.alignment * size)
      values = Vector(start: start.bindMemory(to: Float.self, capacity: count), count: count)
    }

    /// Some values; a range beyond the arena ends the program, in release builds too.
    subscript(offset: Int, count count: Int) -> Vector { values.part(from: offset, count: count) }

    fileprivate func release() { free(memory) }
  }

  /// What is learned.
  let parameters: Arena
  /// One for each parameter.
  let gradients: Arena
  /// The first moments.
  let mean: Arena
  /// The second moments.
  let square: Arena
  /// Parameters that take no part in training.
  let frozen: Arena
  /// Running figures of batch normalisation.
  let buffers: Arena
  /// Activations, and what else a pass keeps.
  let values: Arena
  /// The gradients of activations, at the same offsets.
  let slopes: Arena
  /// Training batches that each batch normalisation has seen.
  let counters: UnsafeMutablePointer<Int64>
  /// Random words of dropout.
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

  /// Room for `count` random words; a range beyond the arena ends the program, in release builds too.
  func words(_ offset: Int, count: Int) -> UnsafeMutableBufferPointer<UInt32> {
    words.part(from: offset, count: count)
  }

  /// Arenas are cut in pieces that start at a cache line.
  static let alignment = 16

  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
