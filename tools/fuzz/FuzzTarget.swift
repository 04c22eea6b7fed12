import Files
import Foundation
import TestSupport
import Text

/// A reader that is fed bytes not meant for it.
struct FuzzTarget: Sendable {
  /// What `fuzz` calls it.
  let name: String
  /// Where mutation starts: files and folders of the checkout.
  var seeds: [String] = []
  /// Seeds that are made instead of kept.
  var madeSeeds: @Sendable () throws -> [[UInt8]] = { [] }
  /// The exit codes of refusals besides 65.
  var otherRefusals: [DataError.Code] = []
  /// Reads the bytes and traps if the reader breaks a promise; a refusal is a `DataError`.
  let read: @Sendable ([UInt8]) throws -> Void

  /// Runs the reader once: whatever the bytes, it gives what it promises or a one-line refusal.
  func check(_ bytes: [UInt8]) {
    do {
      try read(bytes)
    } catch let error as DataError {
      guard error.code == .badData || otherRefusals.contains(error.code), !error.description.contains("\n") else {
        preconditionFailure("an odd refusal, exit \(error.code.rawValue): \(error)")
      }
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// The bytes of all seeds, sorted by path.
  func allSeeds() throws -> [[UInt8]] {
    try seeds.flatMap { path -> [[UInt8]] in
      guard Folder.isFolder(path) else { return [try InputFile.contents(of: path, limit: 1 << 24)] }
      return try Folder.names(in: path).sorted().filter { !Folder.isFolder(path + "/" + $0) }.map {
        try InputFile.contents(of: path + "/" + $0, limit: 1 << 24)
      }
    } + madeSeeds()
  }

  /// Every reader.
  static let all: [FuzzTarget] = [
    arrays, texts, features, releases, files, folders, staging, runs, training, attacks,
  ].flatMap { $0 }

  /// A reader of files: the bytes are put where no other process looks, in memory if the system has such a folder.
  ///
  /// - Parameter file: the path inside the folder of inputs.
  static func ofFile(
    _ name: String, _ file: String, seeds: [String] = [],
    madeSeeds: @escaping @Sendable () throws -> [[UInt8]] = { [] },
    otherRefusals: [DataError.Code] = [], _ read: @escaping @Sendable (String) throws -> Void
  ) -> FuzzTarget {
    let path = scratch + "/" + file
    return FuzzTarget(name: name, seeds: seeds, madeSeeds: madeSeeds, otherRefusals: otherRefusals) { bytes in
      try Data(bytes).write(to: URL(filePath: path))
      try read(path)
    }
  }

  /// A folder of this process.
  static let scratch = {
    let memory = "/dev/shm"
    let path = (Folder.isFolder(memory) ? memory : NSTemporaryDirectory()) + "/fuzz-\(getpid())"
    do { try Folder.make(path) } catch { preconditionFailure("no folder for inputs: \(error)") }
    return path
  }()
}
