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
    var template: [CChar] = []
    descriptor = uninterrupted {
      template = Array((folder + "/msa-hdf5-XXXXXX").utf8CString)
      return mkstemp(&template)
    }
    if descriptor < 0 {
      var error = DataError.system(errno, "making a temporary file", file: folder)
      if error.code == .cannotCreate { error.advice = "Set TMPDIR to a folder that can be written to." }
      throw error
    }
    // The processes that index close what they do not know.
    _ = uninterrupted { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = uninterrupted { unlink(template) }
  }

  deinit { close(descriptor) }
}
