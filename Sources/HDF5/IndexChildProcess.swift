import Foundation
import Storage

/// The process that indexes one file.
struct IndexChildProcess {
  let executable: String
  let path: String
  let scratch: ScratchFile
  let patience: Double

  func run() throws -> [UInt8] { throw DataError(.internalBug, "not yet") }
}
