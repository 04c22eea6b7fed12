import Audit
import Preparation
import Storage
import TestSupport
import Training
import Workers

/// Seeds of formats whose files come from other files of a folder.
enum MadeSeeds {
  private static let largest = 1 << 24

  /// Test arrays of an exported folder.
  static var npz: [UInt8] {
    get throws {
      _ = try FolderExport.npz(from: prepared, to: folder("npz"), overwrites: true, progress: SilentProgress())
      return try InputFile.contents(of: folder("npz/test.npz"), limit: largest)
    }
  }

  /// The weights of a small trained model.
  static var model: [UInt8] {
    get throws {
      var configuration = TrainingConfiguration(shards: [try prepared])
      configuration.output = folder("run")
      configuration.epochs = 1
      configuration.hidden = 8
      configuration.embed = 8
      var job = TrainingJob(configuration)
      job.overwrites = true
      _ = try job.run(progress: SilentProgress())
      return try InputFile.contents(of: folder("run/" + TrainedModel.name), limit: largest)
    }
  }

  /// The statement of an audit.
  static var statement: [UInt8] {
    get throws {
      let report = try AuditReport(
        AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 1, progress: SilentProgress()))
      try AuditFiles.write(report, to: folder("audit"))
      return try InputFile.contents(of: folder("audit/" + Statement.name), limit: largest)
    }
  }

  private static var prepared: String {
    get throws { try ExampleFolder(at: folder("prepared")).path }
  }

  private static func folder(_ name: String) -> String { FuzzTarget.scratch + "/seeds-" + name }
}
