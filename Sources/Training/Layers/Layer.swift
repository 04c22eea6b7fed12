/// An operation with an explicit forward and backward pass over the workspace.
///
/// A layer owns no memory but offsets into the network's arenas. Each pass is cut into stages with a barrier between; in
/// a stage, two lanes may do one half each.
protocol Layer: AnyObject {
  /// The prefix of its state-dict names, or what messages call it.
  var name: String { get }
  /// What it computes.
  var output: Slot { get }
  /// What it computes it from; gradients flow into these.
  var inputs: [Slot] { get }
  /// Whether the gradient of each input joins what other layers left there; set once, when the plan is complete.
  var addsToInputs: [Bool] { get set }
  /// Barriers in the backward pass, plus one.
  var backwardStageCount: Int { get }
  /// Computes the output.
  func forward(_ pass: Pass, _ share: Share)
  /// Computes the gradients of parameters and inputs from that of the output.
  func backward(_ pass: Pass, stage: Int, _ share: Share)
}

extension Layer {
  var backwardStageCount: Int { 2 }
}

/// Which part of an operation a lane does. The parts are fixed by the plan, never by the number of threads, so that the
/// bits are the same for any.
enum Share {
  case whole, firstHalf, secondHalf

  /// The part of `0 ..< count`, cut at a multiple of `step`.
  func range(of count: Int, step: Int = 1) -> Range<Int> {
    let middle = min(count, (count / 2 + step - 1) / step * step)
    switch self {
    case .whole: return 0..<count
    case .firstHalf: return 0..<middle
    case .secondHalf: return middle..<count
    }
  }
}

/// What the layers are told about the current pass.
struct Pass {
  /// Samples in the batch.
  var samples: Int
  /// Training mode: batch statistics and dropout.
  var isTraining: Bool
  /// Steps taken before this one; decides dropout.
  var step: UInt64
}
