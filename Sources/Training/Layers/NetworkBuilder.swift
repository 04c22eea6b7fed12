import TensorCore

/// A parameter or buffer: its place in the arenas, and its name in the state dict.
struct TensorRecord {
  enum Place {
    case trained, frozen, buffer
    /// `num_batches_tracked`: the index of a counter.
    case counter
  }

  var name: String
  var shape: [Int]
  var place: Place
  var offset: Int
  var initial: Initial

  var count: Int { shape.reduce(1, *) }
}

/// The initial values of a tensor: PyTorch's distributions, drawn from this project's own random numbers.
enum Initial {
  case constant(Float)
  /// Uniform in ±bound.
  case uniform(bound: Float)
  /// Sines in the even columns and cosines in the odd ones, of an angle that grows with the row and shrinks with the
  /// column (Vaswani et al., 2017, 3.5).
  case sinusoids(columns: Int)
  /// Uniform in ±bound, except that the first of each `rows` rows of `columns` values is all 1.
  case uniformAfterOnes(bound: Float, rows: Int, columns: Int)

  /// `torch.nn.Linear.reset_parameters`: Kaiming uniform with a = √5, which is ±1/√fanIn, for weights and biases.
  static func linear(fanIn: Int) -> Initial { .uniform(bound: 1 / Float(fanIn).squareRoot()) }

  /// `torch.nn.init.xavier_uniform_`.
  static func xavier(fanIn: Int, fanOut: Int) -> Initial { .uniform(bound: (6 / Float(fanIn + fanOut)).squareRoot()) }
}

/// Plans a network: names and counts everything it needs, so that each arena can be allocated once.
///
/// Layers are created with a reference to `memory`, whose arenas exist once `finish()` has been called.
final class NetworkBuilder {
  /// The number of samples in the largest batch.
  let capacity: Int
  let memory = NetworkMemory()
  private(set) var tensors: [TensorRecord] = []
  private(set) var phases: [Phase] = []
  var graph: ModelGraph
  private var counts: [String: Int] = [:]
  private var isFrozen = false

  init(capacity: Int, graph: ModelGraph) {
    self.capacity = capacity
    self.graph = graph
  }

  // MARK: Memory

  /// Registers a learned tensor and returns its offset in the arena of parameters.
  func parameter(_ name: String, _ shape: [Int], _ initial: Initial) -> Int {
    let place: TensorRecord.Place = isFrozen ? .frozen : .trained
    return add(TensorRecord(name: name, shape: shape, place: place, offset: 0, initial: initial), to: "\(place)")
  }

  /// Registers a buffer and returns its offset in the arena of buffers.
  func buffer(_ name: String, _ shape: [Int], _ initial: Initial) -> Int {
    add(TensorRecord(name: name, shape: shape, place: .buffer, offset: 0, initial: initial), to: "buffer")
  }

  /// Registers a counter of training batches and returns its index.
  func counter(_ name: String) -> Int {
    let index = counts["counter", default: 0]
    counts["counter"] = index + 1
    tensors.append(TensorRecord(name: name, shape: [], place: .counter, offset: index, initial: .constant(0)))
    return index
  }

  /// Registers parameters that the model has but does not use: they are only saved and loaded.
  func frozen(_ body: () -> Void) {
    isFrozen = true
    body()
    isFrozen = false
  }

  /// Reserves room for an activation of every sample.
  func slot(_ name: String, width: Int, tokens: Int = 1) -> Slot {
    let offset = values(capacity * tokens * width)
    return Slot(name: name, offset: offset, width: width, stride: width, tokens: tokens)
  }

  /// Reserves room for an activation with as many rows as another.
  func slot(_ name: String, like other: Slot, width: Int) -> Slot {
    let offset = values(rowCapacity(of: other) * width)
    return Slot(name: name, offset: offset, width: width, stride: width, tokens: other.tokens, ragged: other.ragged)
  }

  /// Reserves room for rows whose number differs from sample to sample, at most `longest`.
  func sequence(_ name: String, width: Int, longest: Int, maskName: String) -> Slot {
    let rows = RaggedRows(sampleCapacity: capacity, longest: longest, maskName: maskName)
    let offset = values(rows.rowCapacity * width)
    return Slot(name: name, offset: offset, width: width, stride: width, tokens: 1, ragged: rows)
  }

  /// The number of bytes that the arenas will take.
  var byteCount: Int {
    let (learned, held) = (counts["trained", default: 0], counts["values", default: 0])
    return 4 * (4 * learned + counts["frozen", default: 0] + 2 * held + counts["words", default: 0])
  }

  /// Returns the number of rows in the largest batch.
  func rowCapacity(of slot: Slot) -> Int { slot.ragged?.rowCapacity ?? capacity * slot.tokens }

  /// Reserves room in the workspace.
  func values(_ count: Int) -> Int { reserve(count, in: "values") }

  /// Returns a number that no other dropout has. Numbers below are taken by normalisations or assigned by hand.
  func dropoutNumber() -> Int {
    let number = counts["dropout", default: 1000]
    counts["dropout"] = number + 1
    return number
  }

  /// Reserves room for random words.
  func words(_ count: Int) -> Int { reserve(count, in: "words") }

  private func reserve(_ count: Int, in arena: String) -> Int {
    let offset = counts[arena, default: 0]
    counts[arena] = offset + Arenas.aligned(count)
    return offset
  }

  private func add(_ record: TensorRecord, to arena: String) -> Int {
    var record = record
    record.offset = reserve(record.count, in: arena)
    tensors.append(record)
    return record.offset
  }

  // MARK: Plan

  /// Adds layers that each lane runs by itself, in order; the two lists run in parallel.
  func pinned(_ first: [any Layer], _ second: [any Layer]) { phases.append(.pinned(first, second)) }

  /// Adds a layer that both lanes work on.
  func shared(_ layer: any Layer) { phases.append(.shared(layer)) }

  /// Tells each layer to which of its inputs' gradients it must add: those that a later layer has written already,
  /// because its backward pass runs earlier.
  private func settleGradients() {
    var written: Set<Int> = []
    for layer in phases.flatMap(\.layers).reversed() {
      let adds = layer.inputs.map { !written.insert($0.offset).inserted }
      if adds.contains(true) { layer.addsToInputs = adds }
    }
  }

  /// Allocates the arenas and sets every tensor to its initial values.
  func finish(seed: UInt64) {
    settleGradients()
    memory.arenas = Arenas(
      parameterCount: counts["trained", default: 0], frozenCount: counts["frozen", default: 0],
      bufferCount: counts["buffer", default: 0], valueCount: counts["values", default: 0],
      wordCount: counts["words", default: 0], counterCount: counts["counter", default: 0])
    memory.generator = Philox(seed: seed)
    for (index, tensor) in tensors.enumerated() { memory.initialise(tensor, stream: UInt32(index)) }
  }
}

/// A part of the plan between two barriers.
enum Phase {
  /// Each lane runs its own layers.
  case pinned([any Layer], [any Layer])
  /// Both lanes run the same layer, one half each.
  case shared(any Layer)

  /// The layers in the order of the forward pass.
  var layers: [any Layer] {
    switch self {
    case .pinned(let first, let second): first + second
    case .shared(let layer): [layer]
    }
  }
}

/// What layers share: the arenas and the random numbers.
///
/// `@unchecked Sendable`: see `Arenas`; both properties are set once, before the first pass.
final class NetworkMemory: @unchecked Sendable {
  fileprivate(set) var arenas = Arenas(
    parameterCount: 0, frozenCount: 0, bufferCount: 0, valueCount: 0, wordCount: 0, counterCount: 0)
  fileprivate(set) var generator = Philox(seed: 0)

  /// Returns the values of a tensor.
  func values(of tensor: TensorRecord) -> Vector {
    switch tensor.place {
    case .trained: arenas.parameters[tensor.offset, count: tensor.count]
    case .frozen: arenas.frozen[tensor.offset, count: tensor.count]
    case .buffer: arenas.buffers[tensor.offset, count: tensor.count]
    case .counter: preconditionFailure("a counter has no float values")
    }
  }

  /// Sets a tensor's initial values; weights draw from `stream` numbers below 2²⁰, dropout and shuffles from those
  /// above.
  fileprivate func initialise(_ tensor: TensorRecord, stream: UInt32) {
    if case .counter = tensor.place { return }
    let values = values(of: tensor)
    for index in 0..<tensor.count {
      let draw = 2 * Philox.uniform(generator.word(at: index, stream: stream, step: 0)) - 1
      switch tensor.initial {
      case .constant(let value): values[index] = value
      case .uniform(let bound): values[index] = draw * bound
      case .sinusoids(let columns):
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        let angle = Double(row) * exponential(-logarithm(10_000) * Double(column / 2 * 2) / Double(columns))
        values[index] = Float(column % 2 == 0 ? sine(angle) : cosine(angle))
      case .uniformAfterOnes(let bound, let rows, let columns):
        values[index] = index / columns % rows == 0 ? 1 : draw * bound
      }
    }
  }
}

/// Streams of random numbers for purposes other than initial weights.
enum RandomStream {
  /// The order of the samples in an epoch; the step is the number of the epoch.
  static let shuffle: UInt32 = 1 << 20
  /// The dropout of the layer with this number.
  static func dropout(_ layer: Int) -> UInt32 { 1 << 21 + UInt32(layer) }
}

/// The model's graph, built up as layers are planned.
extension NetworkBuilder {
  /// Adds an operation with one output.
  func node(
    _ operation: String, layer: String, _ inputs: [String], _ output: String,
    _ attributes: [String: GraphNode.Attribute] = [:]
  ) {
    graph.nodes.append(
      GraphNode(operation, layer: layer, inputs: inputs, outputs: [output], attributes: attributes))
  }

  /// Adds an integer tensor and returns its name.
  func constant(_ name: String, _ values: [Int]) -> String {
    graph.constants[name] = values
    return name
  }

  /// Adds `output = input · weightᵀ + bias` for sequences to the graph: [batch, rows, inputs] → [batch, rows, outputs].
  /// ONNX's `Gemm` is limited to two axes.
  ///
  /// - Parameter step: the name of intermediate values, after that of the layer.
  func sequenceProduct(layer: String, input: String, weight: String, bias: String, output: String, step: String = "") {
    let prefix = "\(layer).\(step)"
    node("Transpose", layer: layer, [weight], "\(prefix)weight_transposed", ["perm": .ints([1, 0])])
    node("MatMul", layer: layer, [input, "\(prefix)weight_transposed"], "\(prefix)product")
    node("Add", layer: layer, ["\(prefix)product", bias], output)
  }

  /// Prepares a modality's mask, [batch, rows], for attention: the values to add to the scores of its rows as keys and
  /// the factors for their weights, both [batch, 1, 1, rows].
  ///
  /// If no row is valid, softmax spreads the weight evenly over rows whose factors are 0, so that attention gives
  /// zeros.
  func keyMask(_ mask: String) {
    let layer = mask  // these nodes belong to no layer
    let axes = constant("\(mask).axes", [1, 2])
    node("Unsqueeze", layer: layer, [mask, axes], "\(mask).keys")
    node("Constant", layer: layer, [], "\(mask).one", ["value_float": .float(1)])
    node("Constant", layer: layer, [], "\(mask).large", ["value_float": .float(1e9)])
    node("Sub", layer: layer, ["\(mask).keys", "\(mask).one"], "\(mask).gaps")
    node("Mul", layer: layer, ["\(mask).gaps", "\(mask).large"], "\(mask).scores")
  }
}
