import ArrayFiles
import Audit
import Digests
import Files
import Foundation
import Leaks
import Preparation
import Runs
import Samples
import Shards
import Synchronization
import TestSupport
import Text
import Training
import Workers

/// A prepared folder and a run on it; one file at a time is replaced, then everything that reads them is run.
final class Attack: Sendable {
  /// The prepared folder.
  let folder: String
  /// `last.safetensors` of a run with one epoch to go.
  let checkpoint: [UInt8]
  /// `best.safetensors` of the same run.
  let model: [UInt8]
  private let run: String
  private let trained: TrainedModel
  /// A run that takes up one checkpoint after another.
  private let trainer: Mutex<Trainer>

  /// The shard that is replaced.
  static let shard = ShardRecord.file(split: .train, number: 0)
  private static let made = Mutex<[String: Attack]>([:])

  /// The folders of a target, made when they are first needed.
  static func shared(_ name: String) throws -> Attack {
    try made.withLock { made in
      if let known = made[name] { return known }
      let attack = try Attack(FuzzTarget.scratch + "/attack-" + name)
      made[name] = attack
      return attack
    }
  }

  private init(_ path: String) throws {
    folder = try ExampleFolder(at: path + "/prepared").path
    run = path + "/run"
    var job = TrainingJob(Self.configuration(folder, .seed, epochs: 1, output: run))
    job.overwrites = true
    _ = try job.run(progress: SilentProgress())
    checkpoint = try InputFile.contents(of: run + "/last.safetensors", limit: 1 << 24)
    model = try InputFile.contents(of: RunFile.model.path(in: run), limit: 1 << 24)
    trained = try TrainedModel.read(run)
    trainer = Mutex(try Trainer(Self.configuration(folder, .seed, epochs: 2), progress: SilentProgress()))
  }

  private static func configuration(
    _ folder: String, _ model: ModelKind, epochs: Int, output: String? = nil
  ) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(shards: [folder], output: output)
    (configuration.model, configuration.hidden, configuration.embed) = (model, 4, 4)
    (configuration.epochs, configuration.batch, configuration.maxRows) = (epochs, 4, 6)
    return configuration
  }

  /// Makes the folder contradict itself in one or several ways: one byte for each.
  func contradict(_ bytes: [UInt8]) throws {
    try restoring([Manifest.name, Self.shard, ScalersFile.name]) {
      for byte in bytes.prefix(3) {
        // A second change may find no sound file to change.
        do {
          try Contradiction.all[Int(byte) % Contradiction.all.count].apply(to: folder)
        } catch is DataError {
          break
        }
      }
      try readAll()
    }
  }

  /// Replaces a file's bytes, then corrects the manifest's digests, unless the file is the manifest itself.
  func replace(_ file: String, with bytes: [UInt8]) throws {
    try restoring([Manifest.name, file]) {
      try put(bytes, in: folder + "/" + file)
      if file != Manifest.name { try putDigest(of: file, byteCount: bytes.count) }
      try readAll()
    }
  }

  /// Corrects what the manifest says about a file's bytes.
  private func putDigest(of file: String, byteCount: Int) throws {
    var manifest = try Manifest.read(folder)
    let digest = try SHA256.hexDigest(ofFile: folder + "/" + file).digest
    if file == ScalersFile.name { manifest.scalers.sha256 = digest }
    for (split, record) in manifest.splits {
      for index in record.shards.indices where record.shards[index].file == file {
        manifest.splits[split]?.shards[index].sha256 = digest
        manifest.splits[split]?.shards[index].bytes = byteCount
      }
    }
    try put(Array(manifest.json.prettyText.utf8), in: folder + "/" + Manifest.name)
  }

  private func restoring(_ files: [String], _ body: () throws -> Void) throws {
    let sound = try files.map { try InputFile.contents(of: folder + "/" + $0, limit: 1 << 24) }
    let result = Result { try body() }
    for (file, bytes) in zip(files, sound) { try put(bytes, in: folder + "/" + file) }
    try result.get()
  }

  private func put(_ bytes: [UInt8], in path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

  /// Everything that reads a prepared folder, each regardless of the others' results.
  private func readAll() throws {
    var results: [Result<Void, any Error>] = ModelKind.allCases.map { model in
      Result {
        _ = try Training.run(Self.configuration(folder, model, epochs: 1), progress: SilentProgress())
      }
    }
    results.append(
      Result {
        _ = try Training.predict(
          trained, shards: [folder], threads: 1, splits: Split.allCases, progress: SilentProgress())
      })
    results.append(
      Result {
        let report = try AuditReport(AuditSubject(datasets: AuditedDataset.prepared([folder]), threads: 1))
        try AuditFiles.write(report, to: run + "-audit")
      })
    results.append(
      Result {
        _ = try FolderExport.npz(from: folder, to: run + "-npz", overwrites: true, progress: SilentProgress())
      })
    results.append(
      Result {
        _ = try FolderExport.webDataset(from: folder, to: run + "-tar", overwrites: true, progress: SilentProgress())
      })
    results.append(Result { _ = try PreparedFolder.verify(folder, progress: SilentProgress()) })
    results.append(Result { _ = try PreparedFolder.inspect(folder) })
    let errors = results.compactMap { result -> (any Error)? in
      if case .failure(let error) = result { error } else { nil }
    }
    // The last error is thrown to the target; the others are held to the same promise here.
    for error in errors.dropLast() {
      guard let error = error as? DataError, error.code == .badData || error.code == .inputMissing,
        !error.description.contains("\n")
      else { preconditionFailure("an odd refusal: \(error)") }
    }
    if let last = errors.last { throw last }
  }

  /// Does what a resumed run does before its first step, with bytes other than those it left; their digest is right.
  func read(checkpoint bytes: [UInt8]) throws {
    let path = run + "/strange.safetensors"
    try put(Self.sealed(bytes), in: path)
    let other = try trainer.withLock { try $0.resume(from: path) }
    precondition(other?.isEmpty != true, "a version without a name")
  }

  /// Resumes a run from bytes other than those it left; their digest is right.
  func resume(_ bytes: [UInt8]) throws {
    try put(Self.sealed(bytes), in: run + "/last.safetensors")
    var configuration = Self.configuration(folder, .seed, epochs: 2, output: run)
    configuration.resumes = true
    _ = try TrainingJob(configuration).run(progress: SilentProgress())
  }

  /// Predicts with weights other than those the run left; their digest is right.
  func predict(_ bytes: [UInt8]) throws {
    let path = run + "/strange.safetensors"
    try put(Self.sealed(bytes), in: path)
    var job = PredictionJob(model: path, shards: [folder])
    job.allowsOtherScalers = true
    let outcome = try job.run(progress: SilentProgress())
    precondition(!outcome.csv.isEmpty && !outcome.text.isEmpty, "no predictions")
    _ = outcome.json
  }

  /// A file that holds its own digest, with the digest corrected.
  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    let key = Array("\"\(SealedSafetensors.key)\":\"".utf8)
    guard let start = bytes.firstRange(of: key)?.upperBound, start + 64 <= bytes.count else { return bytes }
    var sealed = bytes
    sealed.replaceSubrange(start..<start + 64, with: repeatElement(UInt8(ascii: "0"), count: 64))
    var digest = SHA256()
    sealed.withUnsafeBytes { digest.update($0) }
    sealed.replaceSubrange(start..<start + 64, with: Array(digest.hexDigest().utf8))
    return sealed
  }
}
