import ArrayFiles
import Storage

/// `last.safetensors`: everything that a run needs to go on as if it had never stopped.
///
/// Parameters and buffers stand under their names, the optimiser's moments under `exp_avg.` and `exp_avg_sq.`, the best
/// weights under `best.`; `state.` holds counters and the history. Random numbers need no state: they depend on seed and
/// step (`Philox`).
enum Checkpoint {
  /// The file's name in the run folder.
  static let name = "last.safetensors"
  private static let format = "msa-checkpoint/1"

  private enum Key {
    static let counts = "state.counts"
    static let numbers = "state.numbers"
    static let history = "state.history"
    static let best = "best."
  }

  /// What must be the same in the run that goes on.
  ///
  /// - Parameter manifests: the SHA-256 of each prepared folder's manifest.
  static func identity(_ configuration: TrainingConfiguration, manifests: [String]) -> [String: String] {
    [
      "format": format, "config": configuration.fingerprinted.canonicalText,
      "manifests": manifests.joined(separator: " "),
    ]
  }

  /// Writes the file atomically.
  ///
  /// - Throws: `DataError` 73 when the file cannot be made, 74 when writing fails; the file before stays.
  static func write(
    _ state: TrainingState, _ network: Network, _ optimizer: Optimizer, _ schedule: Schedule,
    identity: [String: String], to path: String
  ) throws {
    let weights = network.stateDict() + state.best.map { $0.prefixed(Key.best) }
    let moments = network.moments()
    let history = state.history.flatMap(\.numbers)
    var layout: [(name: String, type: TensorType, shape: [Int])] = [
      (Key.counts, .int64, [4]), (Key.numbers, .float64, [3]),
      (Key.history, .float64, [state.history.count, EpochRecord.numberCount]),
    ]
    layout += weights.filter(\.isInt64).map { ($0.name, .int64, $0.shape) }
    layout += (weights.filter { !$0.isInt64 } + moments).map { ($0.name, .float32, $0.shape) }
    var writer = try SafetensorsWriter(path: path, header: SafetensorsHeader(laying: layout, metadata: identity))
    let counts = [state.epoch, state.bestEpoch, optimizer.stepCount, schedule.plateau.badEpochs]
    try writer.append(counts.map { Int64($0) }, to: Key.counts)
    try writer.append([state.bestFigure, schedule.plateau.rate, schedule.plateau.best], to: Key.numbers)
    try writer.append(history, to: Key.history)
    for tensor in weights {
      if case .int64(let values) = tensor.values { try writer.append(values, to: tensor.name) }
    }
    for tensor in weights + moments {
      if case .float32(let values) = tensor.values { try writer.append(values, to: tensor.name) }
    }
    _ = try writer.commit()
  }

  /// Sets network, optimiser and schedule to where the file says the run stood.
  ///
  /// - Throws: `DataError` 66 when there is no file, 65 when it is damaged or of another run.
  static func read(
    _ path: String, _ network: Network, _ optimizer: Optimizer, _ schedule: inout Schedule, identity: [String: String]
  ) throws -> TrainingState {
    let file = try SafetensorsFile(path: path)
    try check(file, identity)
    let counts = try file.tensor(Key.counts, .int64, shape: [4], as: Int64.self).map { Int($0) }
    let numbers = Array(try file.tensor(Key.numbers, .float64, shape: [3], as: Double.self))
    var state = TrainingState()
    (state.epoch, state.bestEpoch, optimizer.stepCount, schedule.plateau.badEpochs) = (
      counts[0], counts[1], counts[2], counts[3]
    )
    (state.bestFigure, schedule.plateau.rate, schedule.plateau.best) = (numbers[0], numbers[1], numbers[2])
    let width = EpochRecord.numberCount
    let history = Array(try file.tensor(Key.history, .float64, shape: [state.epoch, width], as: Double.self))
    state.history = (0..<state.epoch).map { EpochRecord(numbers: history[$0 * width..<($0 + 1) * width]) }
    try network.load(try tensors(of: file, network, prefix: ""), source: path)
    if state.bestEpoch > 0 { state.best = try tensors(of: file, network, prefix: Key.best) }
    try network.loadMoments(file)
    return state
  }

  private static func check(_ file: SafetensorsFile, _ identity: [String: String]) throws {
    let found = file.header.metadata
    if found == identity { return }
    let key = identity.keys.sorted().first { found[$0] != identity[$0] } ?? "metadata"
    let difference = key == "config" ? configDifference(found[key], identity[key]) : nil
    throw DataError(
      .badData, file: file.path, place: key, difference ?? "is that of another run", expected: "this run's",
      advice: "Resume with the same options and shards, or choose another --out.")
  }

  /// The first option that differs.
  private static func configDifference(_ found: String?, _ wanted: String?) -> String? {
    guard let old = found.flatMap(members), let new = wanted.flatMap(members) else { return nil }
    guard let key = Set(old.keys).union(new.keys).sorted().first(where: { old[$0] != new[$0] }) else { return nil }
    let (before, now) = (old[key]?.canonicalText ?? "missing", new[key]?.canonicalText ?? "missing")
    return "--\(key) was \(before) and is now \(now)"
  }

  private static func members(_ text: String) -> [String: JSONValue]? {
    do { return try JSONValue(parsing: Array(text.utf8)).members } catch { return nil }
  }

  /// The state dict under a prefix, in the network's order.
  private static func tensors(of file: SafetensorsFile, _ network: Network, prefix: String) throws -> [NamedTensor] {
    try network.tensors.map { tensor in
      let name = prefix + tensor.name
      if tensor.place == .counter {
        let values = Array(try file.tensor(name, .int64, shape: [], as: Int64.self))
        return NamedTensor(name: tensor.name, shape: [], values: .int64(values))
      }
      let values = Array(try file.tensor(name, .float32, shape: tensor.shape, as: Float.self))
      return NamedTensor(name: tensor.name, shape: tensor.shape, values: .float32(values))
    }
  }
}

extension Network {
  private var trained: [TensorRecord] { tensors.filter { $0.place == .trained } }

  /// The optimiser's moments, named as PyTorch names them in an optimiser's state.
  fileprivate func moments() -> [NamedTensor] {
    [("exp_avg.", memory.arenas.mean), ("exp_avg_sq.", memory.arenas.square)].flatMap { prefix, arena in
      trained.map { tensor in
        let values = Array(UnsafeBufferPointer(start: arena.base + tensor.offset, count: tensor.count))
        return NamedTensor(name: prefix + tensor.name, shape: tensor.shape, values: .float32(values))
      }
    }
  }

  fileprivate func loadMoments(_ file: SafetensorsFile) throws {
    for (prefix, arena) in [("exp_avg.", memory.arenas.mean), ("exp_avg_sq.", memory.arenas.square)] {
      for tensor in trained {
        let values = Array(
          try file.tensor(prefix + tensor.name, .float32, shape: tensor.shape, as: Float.self))
        (arena.base + tensor.offset).update(from: values, count: values.count)
      }
    }
  }
}

extension NamedTensor {
  fileprivate func prefixed(_ prefix: String) -> NamedTensor {
    NamedTensor(name: prefix + name, shape: shape, values: values)
  }
}

extension EpochRecord {
  fileprivate static let numberCount = 9

  fileprivate var numbers: [Double] {
    [
      Double(epoch), trainLoss, trainMAE, trainCorrelation, validLoss, validMAE, validCorrelation, learningRate,
      seconds,
    ]
  }

  fileprivate init(numbers: ArraySlice<Double>) {
    let n = Array(numbers)
    self.init(
      epoch: Int(n[0]), trainLoss: n[1], trainMAE: n[2], trainCorrelation: n[3], validLoss: n[4], validMAE: n[5],
      validCorrelation: n[6], learningRate: n[7], seconds: n[8])
  }
}
