import Files
import Runs
import Samples
import Shards
import Signals
import TensorCore
import Text

extension Planting {
  /// Copies the folder as it is and changes one byte of a shard's data.
  static func flipByte(_ request: Request) throws -> Outcome {
    let manifest = try Manifest.read(request.folder)
    let shards = Split.allCases.flatMap { manifest.splits[$0]?.shards ?? [] }
    var random = request.random
    guard let shard = random.choose(1, of: shards).first else {
      throw DataError(.usage, file: request.folder, "has no shard", expected: "a shard to damage")
    }
    try Folder.make(request.output + "/" + ShardRecord.folder)
    let names = try Folder.names(in: request.folder).filter {
      try !$0.hasPrefix(".") && Folder.entry(at: request.folder + "/" + $0) != .folder
    }
    for name in names + shards.map(\.file) where name != Manifest.name && name != shard.file {
      try copy(request.folder + "/" + name, to: request.output + "/" + name)
    }
    // The first half of the file contains the header of a small shard; values follow.
    let place = shard.bytes / 2 + random.integer(below: max(1, shard.bytes / 2))
    try copy(request.folder + "/" + shard.file, to: request.output + "/" + shard.file, flippingBit: place)
    try copy(request.folder + "/" + Manifest.name, to: request.output + "/" + Manifest.name)
    return Outcome(
      text: "Byte \(place) of \(shard.file) is changed.",
      facts: ["file": .string(shard.file), "byte": .integer(place)])
  }

  /// Copies a file; the lowest bit of the byte at `flippingBit` is flipped.
  static func copy(_ source: String, to target: String, flippingBit place: Int? = nil) throws {
    try Interrupt.check()
    let file = try MappedFile(path: source)
    var copy = try AtomicFile(path: target)
    if let place, file.bytes.indices.contains(place) {
      try copy.write(UnsafeRawBufferPointer(rebasing: file.bytes[..<place]))
      try copy.write([file.bytes[place] ^ 1])
      try copy.write(UnsafeRawBufferPointer(rebasing: file.bytes[(place + 1)...]))
    } else {
      try copy.write(file.bytes)
    }
    try copy.commit()
  }
}

extension Planting {
  /// Copies a training run and makes it report an epoch other than the one that was best on valid: the trace of a
  /// choice made on test.
  static func chooseEpochOnTest(_ request: Request) throws -> Outcome {
    guard let run = request.run else {
      throw DataError(
        .usage, "\(request.kind.rawValue) needs a training run", expected: "--run DIR",
        advice: "Train first: msa-train --shards \(request.folder) --out run.")
    }
    var results = try members(of: RunFile.results.path(in: run))
    let curves = try members(of: RunFile.history.path(in: run))
    let record = try RunRecord.read(run).first
    let history = RunHistory(json: .object(curves), isRegression: record?.isRegression ?? true)
    let valid = history[.validScore] ?? []
    guard !valid.isEmpty, let epoch = results["best_epoch"]?.integer(in: 1...valid.count) else {
      throw DataError(.badData, file: RunFile.results.path(in: run), "names no best epoch", expected: "a finished run")
    }
    let others = record?.otherEpochs ?? []
    var random = request.random
    guard let chosen = random.choose(1, of: others).first else {
      throw DataError(.usage, file: run, "has only one epoch", expected: "epochs of different scores on valid")
    }
    results["best_epoch"] = .integer(chosen + 1)
    for key in ["best_validation_correlation", "best_validation_f1"] where results[key] != nil {
      results[key] = .number(valid[chosen])
    }
    try Folder.make(request.output)
    for name in try Folder.names(in: run)
    where try name != RunFile.results.name && !name.hasPrefix(".") && Folder.entry(at: run + "/" + name) != .folder {
      try copy(run + "/" + name, to: request.output + "/" + name)
    }
    try AtomicFile.write(JSONValue.object(results).prettyText, to: RunFile.results.path(in: request.output))
    return Outcome(
      text: "The run reports epoch \(chosen + 1), not \(epoch), which was best on valid.",
      facts: ["epoch": .integer(chosen + 1), "best_on_valid": .integer(epoch)])
  }

  private static func members(of path: String) throws -> [String: JSONValue] {
    guard try Folder.entry(at: path) != nil else {
      throw DataError(.inputMissing, file: path, "does not exist", expected: "a finished training run")
    }
    guard let members = try JSONValue(contentsOf: path).members else {
      throw DataError(.badData, file: path, "is not a JSON object", expected: "a finished training run")
    }
    return members
  }
}
