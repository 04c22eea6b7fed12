import TensorCore
import Testing

@testable import Training

@Test("an optimiser takes the same steps as PyTorch, including clipping", arguments: OptimizerKind.allCases)
func optimizerParity(_ kind: OptimizerKind) throws {
  let golden = try Golden("layers")
  let (start, gradients) = (try golden["optimizer.start"], try golden["optimizer.gradients"])
  let path = try golden["optimizer.\(kind.rawValue)"]
  let value = ModelGraph.Value(name: "x", shape: [nil, 1])
  let builder = NetworkBuilder(capacity: 2, graph: ModelGraph(inputs: [value], output: value))
  let slot = builder.slot("x", width: 1)
  _ = builder.parameter("p", [start.count], .constant(0))
  builder.finish(seed: 0)
  let team = try LaneTeam(threads: 2)
  defer { team.stop() }
  let network = Network(builder, inputs: [slot], output: slot, team: team)
  let optimizer = Optimizer(kind, weightDecay: 0.05, clipNorm: 0.5, network: network, team: team)
  let arenas = network.memory.arenas
  arenas.parameters[0, count: start.count].take(start)
  for step in 0..<gradients.count / start.count {
    let range = step * start.count..<(step + 1) * start.count
    arenas.gradients[0, count: start.count].take(Array(gradients[range]))
    _ = optimizer.step(learningRate: 1e-2)
    let found = Array(arenas.parameters[0, count: start.count])
    #expect(difference(found, Array(path[range])) < 1e-6, "step \(step)")
  }
}

@Test("a gradient that is not finite stops the step before it does harm")
func nonFiniteGradient() throws {
  let value = ModelGraph.Value(name: "x", shape: [nil, 1])
  let builder = NetworkBuilder(capacity: 2, graph: ModelGraph(inputs: [value], output: value))
  let slot = builder.slot("x", width: 1)
  _ = builder.parameter("p", [2], .constant(3))
  builder.finish(seed: 0)
  let team = try LaneTeam(threads: 1)
  let network = Network(builder, inputs: [slot], output: slot, team: team)
  let optimizer = Optimizer(.adamw, weightDecay: 0.05, clipNorm: 0.5, network: network, team: team)
  network.memory.arenas.gradients[0, count: 2][1] = .nan
  #expect(optimizer.step(learningRate: 1).isNaN)
  #expect(network.memory.arenas.parameters[0, count: 2][0] == 3)
  #expect(network.firstNonFinite() == "the gradient of p")
}

@Test("schedules match PyTorch's learning rates")
func scheduleParity() throws {
  let golden = try Golden("layers")
  var plateau = ReduceLROnPlateau(rate: 1e-3)
  for (figure, rate) in zip(try golden.doubles("schedule.figures"), try golden.doubles("schedule.plateau")) {
    plateau.step(figure)
    #expect(plateau.rate == rate)
  }
  let cosine = Schedule(.cosine, initialRate: 1e-3, epochCount: 20, warmupSteps: 0)
  for (epoch, rate) in try golden.doubles("schedule.cosine").enumerated() {
    #expect(abs(cosine.rate(epoch: epoch, step: epoch) - rate) < 1e-12)
  }
}

@Test("warm-up rises linearly to the rate")
func warmup() {
  let schedule = Schedule(.constant, initialRate: 1, epochCount: 1, warmupSteps: 4)
  #expect((0..<6).map { schedule.rate(epoch: 0, step: $0) } == [0.25, 0.5, 0.75, 1, 1, 1])
}
