import Corpora
import Leaks
import Shards
import Synchronization

/// The folders that an audit prepares again from the raw files; each is made once and shared by all checks.
final class Reruns: Sendable {
  /// A folder as reproduced from the raw files.
  struct Clean: Sendable {
    let rerun: PreparationRerun
    let folder: String
    let manifest: Manifest
  }

  private let made = Mutex<[String: Result<Clean, RawFiles.Obstacle>]>([:])

  deinit { end() }

  /// Returns a data set's folder, prepared again in the same way.
  ///
  /// - Throws: `RawFiles.Obstacle` if that is impossible or the raw files have changed since; errors from the
  ///   preparation.
  func clean(_ dataset: AuditedDataset, _ subject: AuditSubject) throws -> Clean {
    if let known = made.withLock({ $0[dataset.path] }) { return try known.get() }
    let result: Result<Clean, RawFiles.Obstacle>
    do {
      result = .success(try Self.make(dataset, subject))
    } catch let obstacle as RawFiles.Obstacle {
      result = .failure(obstacle)
    }
    made.withLock { $0[dataset.path] = result }
    return try result.get()
  }

  private static func make(_ dataset: AuditedDataset, _ subject: AuditSubject) throws -> Clean {
    let rerun = try PreparationRerun(dataset, subject)
    let folder: String
    do {
      folder = try rerun.prepare()
    } catch {
      rerun.end()
      throw error
    }
    do {
      let manifest = try Manifest.read(folder)
      // Folders and archives may have been renamed, so only their contents count.
      let recorded = dataset.manifest?.sources ?? []
      let changed = zip(recorded, manifest.sources).filter { $0.fingerprint != $1.fingerprint }.map(\.0.name)
      if !changed.isEmpty || recorded.count != manifest.sources.count {
        throw RawFiles.Obstacle(
          reason:
            "The raw files are not the ones the folder was made from: \(Phrase.list(changed)) \(changed.count == 1 ? "differs" : "differ").",
          advice: "Give the original raw files with --sources.")
      }
      return Clean(rerun: rerun, folder: folder, manifest: manifest)
    } catch {
      rerun.remove(folder)
      rerun.end()
      throw error
    }
  }

  /// Removes the folders.
  func end() {
    let all = made.withLock { made in
      defer { made = [:] }
      return made
    }
    for case .success(let clean) in all.values {
      clean.rerun.remove(clean.folder)
      clean.rerun.end()
    }
  }
}
