import TensorCore

/// Clips the norm of the gradients and takes steps over the flat arenas, half of them on each lane.
final class Optimizer: LaneWork {
  /// The number of steps taken.
  var stepCount = 0
  private let kind: OptimizerKind
  private let weightDecay: Double
  private let clipNorm: Double
  private let memory: NetworkMemory
  private let team: LaneTeam
  private var adam = AdamStep(step: 1, learningRate: 0, weightDecay: 0, isDecoupled: true, gradientScale: 1)
  private var learningRate = 0.0
  private var gradientScale = 1.0
  /// One sum per lane, added in the order of the lanes.
  private var squares = (0.0, 0.0)

  /// PyTorch's default for `torch.optim.SGD` is 0, but without momentum it hardly learns here.
  static let sgdMomentum: Float = 0.9

  private enum Job {
    static let norm = 0
    static let step = 1
  }

  /// - Parameter clipNorm: the largest norm of the gradients; 0 for no clipping.
  init(_ kind: OptimizerKind, weightDecay: Double, clipNorm: Double, network: Network, team: LaneTeam) {
    self.kind = kind
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
    memory = network.memory
    self.team = team
  }

  /// Takes one step.
  ///
  /// - Returns: the norm of the gradients before clipping; if it is not finite, no step was taken.
  func step(learningRate: Double) -> Double {
    team.run(self, Job.norm)
    let norm = (squares.0 + squares.1).squareRoot()
    if !norm.isFinite { return norm }
    // torch.nn.utils.clip_grad_norm_
    gradientScale = clipNorm > 0 ? min(1, clipNorm / (norm + 1e-6)) : 1
    stepCount += 1
    self.learningRate = learningRate
    adam = AdamStep(
      step: stepCount, learningRate: learningRate, weightDecay: weightDecay, isDecoupled: kind == .adamw,
      gradientScale: gradientScale)
    team.run(self, Job.step)
    return norm
  }

  func perform(_ job: Int, lane: Int) {
    let arenas = memory.arenas
    let share = lane == 0 ? Share.firstHalf : .secondHalf
    let range = share.range(of: arenas.parameters.count, step: Arenas.alignment)
    let (start, count) = (range.lowerBound, range.count)
    if job == Job.norm {
      let square = OptimizerKernel.squaredNorm(arenas.gradients[start, count: count])
      if lane == 0 { squares.0 = square } else { squares.1 = square }
      return
    }
    switch kind {
    case .adamw, .adam:
      OptimizerKernel.adam(
        arenas.parameters[start, count: count], gradients: arenas.gradients[start, count: count],
        mean: arenas.mean[start, count: count], square: arenas.square[start, count: count], adam)
    case .sgd:
      OptimizerKernel.sgd(
        arenas.parameters[start, count: count], gradients: arenas.gradients[start, count: count],
        velocity: arenas.mean[start, count: count], learningRate: Float(learningRate), weightDecay: Float(weightDecay),
        momentum: Self.sgdMomentum, gradientScale: Float(gradientScale))
    }
  }
}
