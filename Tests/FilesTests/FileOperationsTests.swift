import Foundation
import TestSupport
import Testing
import Text

@testable import Files

/// What writing makes of a failing system call.
@Suite struct FileOperationsTests {
  @Test(
    "a file that cannot be created is refused with a remedy for the cause",
    arguments: [
      (ENOENT, "Make the folder DIR, or write elsewhere."), (ENOTDIR, "A part of DIR is a file: write elsewhere."),
      (EACCES, "Check the permissions of DIR, or write elsewhere."),
      (EPERM, "Check the permissions of DIR, or write elsewhere."), (EROFS, "Write to another file system."),
      (ENAMETOOLONG, "Choose a shorter name."),
      (EEXIST, "Look at what is there, and remove it or write elsewhere."),
    ])
  func advice(cause: Int32, advice: String) throws {
    let folder = try TemporaryFolder()
    var operations = FileOperations.live
    operations.open = { _, _, _ in
      errno = cause
      return -1
    }
    let error = #expect(throws: DataError.self) { _ = try AtomicFile(path: folder.file("x"), operations: operations) }
    #expect(error?.code == .cannotCreate)
    #expect(error?.advice?.replacing(folder.path, with: "DIR") == advice)
  }
}
