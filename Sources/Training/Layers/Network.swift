import TensorCore

/// A planned network: layers in phases separated by barriers, over arenas that are allocated once.
///
/// Passes loop over arrays by index, because the iterators of arrays and of reversed ranges allocate where they are not
/// specialised.
final class Network: LaneWork {
  let memory: NetworkMemory
  /// The tensors, in PyTorch's order.
  let tensors: [TensorRecord]
  /// The number of samples in the largest batch.
  let capacity: Int
  /// The slots for the features of each modality, in the order of `ModelGraph.inputs`.
  let inputs: [Slot]
  /// The predictions: [samples, outputs].
  let output: Slot
  let graph: ModelGraph
  private let phases: [Phase]
  private let team: LaneTeam
  private var pass = Pass(samples: 0, isTraining: false, step: 0)
  /// Gathers the batch: runs on each lane before the layers of the first phase.
  private var gather: (any LaneWork)?

  init(_ builder: NetworkBuilder, inputs: [Slot], output: Slot, team: LaneTeam) {
    precondition(output.stride == output.width && output.longest == 1, "the predictions are rows without gaps")
    memory = builder.memory
    tensors = builder.tensors
    capacity = builder.capacity
    phases = builder.phases
    graph = builder.graph
    self.inputs = inputs
    self.output = output
    self.team = team
  }

  /// Whether the model reads the rows of a sample instead of one vector per modality.
  var takesSequences: Bool { inputs[0].ragged != nil }

  /// The number of learned values, not counting buffers.
  var parameterCount: Int {
    tensors.reduce(0) { $0 + ($1.place == .trained || $1.place == .frozen ? $1.count : 0) }
  }

  /// Returns the predictions of the last pass, [samples, outputs], row-major.
  func predictions(_ samples: Int) -> Vector {
    memory.arenas.values[output.offset, count: samples * output.width]
  }

  /// Returns the gradient of the loss with respect to the predictions, to be filled in before `backward()`.
  func predictionGradient(_ samples: Int) -> Vector {
    memory.arenas.slopes[output.offset, count: samples * output.width]
  }

  /// Computes the predictions for a batch that `gather` writes into the inputs.
  func forward(_ pass: Pass, gather: any LaneWork) {
    precondition(pass.samples <= capacity, "a batch has room in the network")
    self.pass = pass
    self.gather = gather
    for phase in phases.indices { team.run(self, Job.forward(phase)) }
    self.gather = nil
  }

  /// Computes all gradients of the last pass.
  func backward() {
    var phase = phases.count
    while phase > 0 {
      phase -= 1
      switch phases[phase] {
      case .pinned: team.run(self, Job.backward(phase, stage: 0))
      case .shared(let layer):
        for stage in 0..<layer.backwardStageCount { team.run(self, Job.backward(phase, stage: stage)) }
      }
    }
  }

  func perform(_ job: Int, lane: Int) {
    let job = Job(job)
    if job.isForward {
      if job.phase == 0 { gather?.perform(0, lane: lane) }
      forward(phases[job.phase], lane: lane)
    } else {
      backward(phases[job.phase], stage: job.stage, lane: lane)
    }
  }

  private func forward(_ phase: Phase, lane: Int) {
    switch phase {
    case .pinned(let first, let second):
      let layers = lane == 0 ? first : second
      for index in 0..<layers.count { layers[index].forward(pass, .whole) }
    case .shared(let layer): layer.forward(pass, lane == 0 ? .firstHalf : .secondHalf)
    }
  }

  private func backward(_ phase: Phase, stage: Int, lane: Int) {
    switch phase {
    case .pinned(let first, let second):
      let layers = lane == 0 ? first : second
      var index = layers.count
      while index > 0 {
        index -= 1
        for stage in 0..<layers[index].backwardStageCount { layers[index].backward(pass, stage: stage, .whole) }
      }
    case .shared(let layer): layer.backward(pass, stage: stage, lane == 0 ? .firstHalf : .secondHalf)
    }
  }

  /// Returns the first place in the last pass, in the order of the forward pass, that holds a value that is not finite:
  /// an input, a layer's output, or the gradient of a parameter; nil if all values are finite.
  func firstNonFinite() -> String? {
    let values = memory.arenas.values
    let slots = inputs + phases.flatMap(\.layers).map(\.output)
    for slot in slots where !isFinite(slot.matrix(in: values, samples: 0..<pass.samples)) { return slot.name }
    for tensor in tensors where tensor.place == .trained {
      let gradient = Matrix(
        memory.arenas.gradients[tensor.offset, count: tensor.count], rows: 1, columns: tensor.count)
      if !isFinite(gradient) { return "the gradient of \(tensor.name)" }
    }
    return nil
  }

  private func isFinite(_ matrix: Matrix) -> Bool {
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns where !matrix.row(row)[column].isFinite { return false }
    }
    return true
  }
}

/// The number of a job, which tells the two lanes what to do next.
private struct Job {
  let phase: Int
  let stage: Int
  let isForward: Bool

  init(_ number: Int) {
    isForward = number & 1 == 0
    stage = number >> 1 & 7
    phase = number >> 4
  }

  static func forward(_ phase: Int) -> Int { phase << 4 }
  static func backward(_ phase: Int, stage: Int) -> Int { phase << 4 | stage << 1 | 1 }
}
