import ArrayFiles
import TensorCore
import Text

/// `last.safetensors`: everything that a run needs in order to continue as if it had never stopped.
///
/// Parameters and buffers are stored under their own names, the optimiser's moments under `exp_avg.` and `exp_avg_sq.`,
/// the weights of each epoch that may still be chosen under `best.<epoch>.`, counters and the history under `state.`.
/// Random numbers need no state because they depend only on seed and step (`Philox`).
enum Checkpoint {
  private enum Key {
    static let counts = "state.counts"
    static let numbers = "state.numbers"
    static let history = "state.history"
    static func best(_ epoch: Int) -> String { "best.\(epoch)." }
  }

  /// Writes the file atomically.
  ///
  /// - Throws: `DataError` 73 if the file cannot be created, 74 if writing fails; the previous file is kept.
  static func write(
    _ state: TrainingState, _ network: Network, _ optimizer: Optimizer, _ schedule: Schedule,
    identity: CheckpointIdentity, to path: String
  ) throws {
    let weights =
      network.stateDict()
      + state.open.flatMap { open in
        open.weights.map { $0.prefixed(Key.best(open.epoch)) }
      }
    let moments = network.moments()
    let history = state.history.flatMap(\.numbers)
    var layout: [(name: String, type: TensorType, shape: [Int])] = [
      (Key.counts, .int64, [3]), (Key.numbers, .float64, [2]),
      (Key.history, .float64, [state.history.count, EpochRecord.numberCount]),
    ]
    layout += weights.filter(\.isInt64).map { ($0.name, .int64, $0.shape) }
    layout += (weights.filter { !$0.isInt64 } + moments).map { ($0.name, .float32, $0.shape) }
    let counts = [state.epoch, optimizer.stepCount, schedule.plateau.badEpochs].map { Int64($0) }
    let numbers = [schedule.plateau.rate, schedule.plateau.best]
    try SealedSafetensors.write(layout, metadata: identity.metadata, to: path) { append in
      try counts.withUnsafeBytes { try append(Key.counts, $0) }
      try numbers.withUnsafeBytes { try append(Key.numbers, $0) }
      try history.withUnsafeBytes { try append(Key.history, $0) }
      for tensor in weights where tensor.isInt64 { try tensor.append(append) }
      for tensor in weights + moments where !tensor.isInt64 { try tensor.append(append) }
    }
  }

  /// Restores the network, the optimiser and the schedule to the point at which the file was written.
  ///
  /// Counters and the state of the schedule follow from the history. The file holds them too; if they disagree with the
  /// history, the file was not written by a run.
  /// - Parameters:
  ///   - identity: the identity of this run; it takes over the numbers of epochs planned earlier.
  ///   - epochSteps: the number of optimisation steps in an epoch.
  /// - Throws: `DataError` 65 if the file is damaged or belongs to another run.
  static func read(
    _ file: SafetensorsFile, _ network: Network, _ optimizer: Optimizer, _ schedule: inout Schedule,
    identity: inout CheckpointIdentity, epochSteps: Int
  ) throws -> TrainingState {
    try file.checkSeal()
    var state = TrainingState(selection: identity.configuration.epochSelection)
    for record in try history(of: file) {
      state.add(record) { [] }
      schedule.endEpoch(figure: record.validScore)
    }
    try identity.accept(file, epoch: state.epoch)
    optimizer.stepCount = state.epoch * epochSteps
    try compare(
      file.tensor(Key.counts, .int64, shape: [3], as: Int64.self).map { Int($0) },
      [state.epoch, optimizer.stepCount, schedule.plateau.badEpochs], place: Key.counts, file)
    try compare(
      Array(file.tensor(Key.numbers, .float64, shape: [2], as: Double.self)),
      [schedule.plateau.rate, schedule.plateau.best], place: Key.numbers, file)
    try network.load(try tensors(of: file, network, prefix: ""), source: .given(file.path))
    try state.fillWeights { epoch in
      let weights = try tensors(of: file, network, prefix: Key.best(epoch))
      try network.check(weights, source: .given(file.path))
      return weights
    }
    try network.loadMoments(file)
    return state
  }

  private static func compare<Number: Equatable>(
    _ found: [Number], _ expected: [Number], place: String, _ file: SafetensorsFile
  ) throws {
    if found == expected { return }
    throw DataError(
      .badData, file: file.path, place: place, "is \(found)", expected: "\(expected), according to its history",
      advice: "The file is damaged: train again with --overwrite, or choose another --out.")
  }

  /// Returns the epochs that were run, after checking that training can have produced their figures.
  private static func history(of file: SafetensorsFile) throws -> [EpochRecord] {
    let width = EpochRecord.numberCount
    guard let entry = file.header[Key.history], entry.shape.count == 2, entry.shape[1] == width else {
      throw DataError(
        .badData, file: file.path, place: Key.history, "is not a table of \(width) columns",
        expected: "one line of figures per epoch")
    }
    let numbers = Array(try file.tensor(Key.history, .float64, shape: entry.shape, as: Double.self))
    return try (0..<entry.shape[0]).map { row in
      guard let record = EpochRecord(numbers: numbers[row * width..<(row + 1) * width], epoch: row + 1) else {
        throw DataError(
          .badData, file: file.path, place: Key.history, "line \(row + 1) holds figures that no epoch can have",
          expected: "epoch \(row + 1) with a finite loss",
          advice: "The file is damaged: train again with --overwrite, or choose another --out.")
      }
      return record
    }
  }

  /// Returns the state dict stored under a prefix, in the network's order.
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

  /// Returns the optimiser's moments, named as in the state of a PyTorch optimiser.
  fileprivate func moments() -> [NamedTensor] {
    [("exp_avg.", memory.arenas.mean), ("exp_avg_sq.", memory.arenas.square)].flatMap { prefix, arena in
      trained.map { tensor in
        let values = Array(arena[tensor.offset, count: tensor.count])
        return NamedTensor(name: prefix + tensor.name, shape: tensor.shape, values: .float32(values))
      }
    }
  }

  fileprivate func loadMoments(_ file: SafetensorsFile) throws {
    for (prefix, arena) in [("exp_avg.", memory.arenas.mean), ("exp_avg_sq.", memory.arenas.square)] {
      for tensor in trained {
        let values = Array(
          try file.tensor(prefix + tensor.name, .float32, shape: tensor.shape, as: Float.self))
        let least = prefix == "exp_avg_sq." ? 0 : -Float.greatestFiniteMagnitude
        if let odd = values.first(where: { !($0 >= least && $0.isFinite) }) {
          throw DataError(
            .badData, file: file.path, place: prefix + tensor.name, "holds \(odd)",
            expected: least == 0 ? "finite values, 0 or more" : "finite values")
        }
        arena[tensor.offset, count: tensor.count].take(values)
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
  fileprivate static let numberCount = 11

  fileprivate var numbers: [Double] {
    [
      Double(epoch), trainLoss, trainError, trainScore, validLoss, validError, validScore, validConcordance,
      validUnweightedAccuracy, learningRate, seconds,
    ]
  }

  /// Returns nil if training cannot have produced one of the numbers: it stops at a loss or a rate that is not finite.
  ///
  /// - Parameter epoch: the number that the epoch must have.
  fileprivate init?(numbers: ArraySlice<Double>, epoch: Int) {
    let n = Array(numbers)
    let shares = [n[3], n[6], n[7], n[8]]
    guard n[0] == Double(epoch), n[1].isFinite, shares.allSatisfy({ $0.isNaN || abs($0) <= 1 + 1e-9 }),
      (0...1e6).contains(n[9]), (0...1e9).contains(n[10])
    else { return nil }
    self.init(
      epoch: epoch, trainLoss: n[1], trainError: n[2], trainScore: n[3], validLoss: n[4], validError: n[5],
      validScore: n[6], validConcordance: n[7], validUnweightedAccuracy: n[8], learningRate: n[9],
      seconds: n[10])
  }
}
