import Foundation
import Samples
import Storage

/// The folder of blocks that are finished while the prepared folder is not: `.staging/` inside it.
///
/// `plan.sha256` names the plan that the blocks belong to. A block is `block-00012.<digest>.spill`: it has that name only
/// when it is complete, and the digest tells a whole file from one that a power cut tore.
struct Staging: Sendable {
  /// The folder's path.
  let path: String
  private let planDigest: String

  /// The folder's name inside the prepared folder.
  static let folderName = ".staging"

  private static let planFile = "plan.sha256"

  /// - Parameters:
  ///   - output: the prepared folder.
  ///   - planDigest: SHA-256 of all that decides the blocks' contents.
  init(output: String, planDigest: String) {
    path = output + "/" + Self.folderName
    self.planDigest = planDigest
  }

  /// Makes the folder, or takes over what an earlier run of the same plan left.
  ///
  /// - Throws: `DataError` 73 when the blocks there belong to another plan.
  func open() throws {
    try Folder.make(path)
    let file = path + "/" + Self.planFile
    if Folder.exists(file) {
      let found = String(decoding: try InputFile.contents(of: file, limit: 1 << 10), as: UTF8.self)
      if found != planDigest {
        throw DataError(
          .cannotCreate, file: path, "holds an unfinished run of another configuration or of other input files",
          expected: "an unfinished run of this one", advice: "Choose another --out, or add --overwrite to start over.")
      }
    } else {
      try AtomicFile.write(planDigest, to: file)
    }
  }

  /// The finished blocks that are there, by number.
  func finishedBlocks() throws -> [Int: (path: String, digest: String)] {
    var blocks: [Int: (path: String, digest: String)] = [:]
    for name in try Folder.names(in: path) {
      let parts = name.split(separator: ".")
      guard parts.count == 3, parts[2] == "spill", parts[0].hasPrefix("block-"), let number = Int(parts[0].dropFirst(6))
      else { continue }
      blocks[number] = (path + "/" + name, String(parts[1]))
    }
    return blocks
  }

  /// Where a block is written before its digest is known.
  func unfinishedPath(_ number: Int) -> String { path + "/block-\(number).unfinished" }

  /// Gives a written block its final name and returns it.
  func finish(_ number: Int, digest: String, operations: FileOperations = .live) throws -> String {
    let final = path + "/block-\(number).\(digest).spill"
    if operations.rename(unfinishedPath(number), final) != 0 {
      throw DataError.system(errno, "renaming it", file: final)
    }
    return final
  }

  /// Removes the folder.
  func remove() throws { try Folder.remove(path) }
}
