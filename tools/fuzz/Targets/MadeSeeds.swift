import Audit
import Files
import Leaks
import Preparation
import TestSupport
import Training
import Workers

/// Seeds for formats whose files are made from other files of a folder.
enum MadeSeeds {
  /// A seed's bytes.
  static func bytes(_ path: String) throws -> [UInt8] { try InputFile.contents(of: path, limit: 1 << 24) }

  /// Test arrays of an exported folder.
  static func npz() throws -> String {
    _ = try FolderExport.npz(from: prepared(), to: folder("npz"), overwrites: true, progress: SilentProgress())
    return folder("npz/test.npz")
  }

  /// A run of one epoch in its own folder.
  static func run(_ name: String) throws -> String {
    var job = TrainingJob(try configuration(name))
    job.overwrites = true
    _ = try job.run(progress: SilentProgress())
    return folder(name)
  }

  /// The record of that run.
  static func configuration(_ name: String) throws -> TrainingConfiguration {
    var configuration = TrainingConfiguration(shards: [try prepared()], output: folder(name))
    configuration.epochs = 1
    configuration.hidden = 8
    configuration.embed = 8
    return configuration
  }

  /// The statement of an audit.
  static func statement() throws -> String {
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([prepared()]), threads: 1, progress: SilentProgress()))
    try AuditFiles.write(report, to: folder("audit"))
    return folder("audit/" + Statement.name)
  }

  private static func prepared() throws -> String {
    let path = folder("prepared")
    return Folder.exists(path) ? path : try ExampleFolder(at: path).path
  }

  private static func folder(_ name: String) -> String { FuzzTarget.scratch + "/seeds-" + name }
}
