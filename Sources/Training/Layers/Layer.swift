/// An operation with an explicit forward and backward pass over the workspace.
///
/// A layer owns no memory, only offsets into the network's arenas. Each pass is divided into stages separated by
/// barriers; within a stage, two lanes may do one half each.
protocol Layer: AnyObject {
  /// The prefix of its state-dict names, or its name in messages.
  var name: String { get }
  /// The slot that it computes.
  var output: Slot { get }
  /// The slots that it reads; gradients flow back into them.
  var inputs: [Slot] { get }
  /// For each input, whether its gradient is added to what other layers left there; set once the plan is complete.
  var addsToInputs: [Bool] { get set }
  /// The number of stages of the backward pass, one more than its barriers.
  var backwardStageCount: Int { get }
  /// Computes the output.
  func forward(_ pass: Pass, _ share: Share)
  /// Computes the gradients of the parameters and inputs from the gradient of the output.
  func backward(_ pass: Pass, stage: Int, _ share: Share)
}

extension Layer {
  var backwardStageCount: Int { 2 }
}

/// The part of an operation that a lane does. The parts are fixed by the plan and never by the number of threads, so
/// that results are bit-identical for any number.
enum Share {
  case whole, firstHalf, secondHalf

  /// Returns this part of `0 ..< count`, split at a multiple of `step`.
  func range(of count: Int, step: Int = 1) -> Range<Int> {
    let middle = min(count, (count / 2 + step - 1) / step * step)
    switch self {
    case .whole: return 0..<count
    case .firstHalf: return 0..<middle
    case .secondHalf: return middle..<count
    }
  }
}

/// What layers need to know about the current pass.
struct Pass {
  /// The number of samples in the batch.
  var samples: Int
  /// Whether the pass is in training mode, with batch statistics and dropout.
  var isTraining: Bool
  /// The number of steps taken before this one; determines dropout.
  var step: UInt64
}
