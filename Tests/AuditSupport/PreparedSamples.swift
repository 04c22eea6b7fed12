package import ArrayFiles
import Audit
import Corpora
import Files
import Foundation
package import Leaks
package import Planting
package import Preparation
package import Samples
import Synchronization
import SyntheticCorpora
import TestSupport
import Text

/// Prepared synthetic corpora shared by the tests of this target: made on first use, removed with the process.
package enum PreparedSamples {
  /// How a corpus is prepared.
  package struct Setting: Hashable, Sendable, CustomStringConvertible {
    package var granularity: Granularity
    package var cleaning: CleaningMode
    package var dtype: StoredFloat
    package var videos: Int
    package var seconds: Double
    package var seed: UInt64

    package init(
      granularity: Granularity = .word, cleaning: CleaningMode = .mask, dtype: StoredFloat = .f16, videos: Int = 24,
      seconds: Double = 12, seed: UInt64 = 3
    ) {
      self.granularity = granularity
      self.cleaning = cleaning
      self.dtype = dtype
      self.videos = videos
      self.seconds = seconds
      self.seed = seed
    }

    package var description: String { "\(granularity)-\(cleaning)-\(dtype)-\(videos)-\(Int(seconds))-\(seed)" }
  }

  private static let root = NSTemporaryDirectory() + "msa-audit-tests-\(getpid())"
  private static let made = Mutex<[Setting: Result<String, DataError>]>([:])

  /// The prepared folder of a corpus in CMU-MOSI's layout: 35 visual, 74 audio and 300 text columns, one label.
  package static func folder(_ setting: Setting = Setting()) throws -> String {
    try made.withLock { made in
      if made.isEmpty { atexit { PreparedSamples.removeAll() } }
      if let known = made[setting] { return try known.get() }
      let result: Result<String, DataError>
      do { result = .success(try make(setting)) } catch let error as DataError { result = .failure(error) }
      made[setting] = result
      return try result.get()
    }
  }

  /// The raw files that a folder was made from.
  package static func sources(_ setting: Setting = Setting()) throws -> String {
    _ = try folder(setting)
    return root + "/raw-\(setting)"
  }

  /// A copy of a prepared sample with a planted leak; the caller removes it.
  package static func planted(
    _ kind: PlantKind, _ setting: Setting = Setting(), in folder: String, seed: UInt64 = 1, count: Int = 1,
    noise: Double = 0.05
  ) throws -> String {
    let output = folder + "/\(kind.rawValue)-\(seed)-\(count)"
    var request = Planting.Request(kind: kind, folder: try Self.folder(setting), output: output)
    request.seed = seed
    request.count = count
    request.noise = noise
    _ = try Planting.run(request)
    return output
  }

  /// The finding of a check on a prepared folder.
  package static func finding(_ check: String, in folder: String, sources: String? = nil, threads: Int = 2) throws
    -> Finding
  {
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([folder]), sources: sources, threads: threads)
    // Tests run in parallel, and two reruns must not write to the same folder.
    let scratch = try TemporaryFolder()
    subject.scratch = scratch.path
    guard let check = CheckRegistry.all.first(where: { $0.id == check }) else {
      throw DataError(.internalBug, "no check is called \(check)")
    }
    let finding = try check.run(on: subject)
    withExtendedLifetime(scratch) {}
    return finding
  }

  private static func make(_ setting: Setting) throws -> String {
    let (raw, output) = (root + "/raw-\(setting)", root + "/\(setting)")
    try Folder.make(root)
    var corpus = SyntheticCorpus()
    corpus.layout = .mosi
    corpus.videos = setting.videos
    corpus.seconds = setting.seconds
    corpus.seed = setting.seed
    corpus.isCompressed = false
    _ = try corpus.write(to: raw)
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosi, root: raw, output: output, threads: 2, memory: 1 << 30)
    configuration.granularity = setting.granularity
    configuration.cleaning = setting.cleaning
    configuration.dtype = setting.dtype
    configuration.glove = raw + "/word-vectors.txt"
    _ = try Preparation.run(configuration, indexer: CSDIndexer.inProcess)
    return output
  }

  private static func removeAll() {
    do { try Folder.remove(root) } catch { print("left behind: \(root): \(error)") }
  }
}
