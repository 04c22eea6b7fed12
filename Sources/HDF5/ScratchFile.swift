import Foundation
import Storage

/// A temporary file without a name: it goes away with its last descriptor, however the program ends.
package final class ScratchFile: Sendable {
  /// Open for reading and writing.
  package let descriptor: Int32

  /// Makes an empty file in the folder for temporary files (`TMPDIR`).
  ///
  /// - Throws: `DataError` 73 when it cannot be made.
  package init() throws {
    let folder = FileManager.default.temporaryDirectory.path
    var template = Array((folder + "/msa-hdf5-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    if descriptor < 0 || fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 {
      throw DataError(
        .cannotCreate, file: folder, "a temporary file cannot be made: \(systemMessage(errno))",
        advice: "Set TMPDIR to a folder that can be written to.")
    }
    unlink(template)
  }

  deinit { close(descriptor) }
}
