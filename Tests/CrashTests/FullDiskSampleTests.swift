import Files
import Testing
import TestSupport

/// Sample corpora on a full disk.
@Suite(.enabled(if: Folder.exists(SystemCall.strace), "strace is not installed"))
struct FullDiskSampleTests {
  @Test(
    "if HDF5 files cannot be written, a sample ends with 74 and one line, and leaves nothing",
    arguments: [1, 2, 4, 8, 16, 40, 80])
  func mosei(number: Int) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(
      ["sample", "mosei", "--videos", "6", "--seconds", "4", "-q", "--out", folder.file("sample")],
      under: [
        SystemCall.strace, "-qqq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
        "inject=pwrite64:error=ENOSPC:when=\(number)+",
      ])
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("No space left on device") || outcome.errors.contains("the disk is full"))
    #expect(try Folder.names(in: folder.path).isEmpty)
  }

  @Test("an IEMOCAP sample on a full disk ends with 74 and one line", arguments: [1, 2, 10])
  func iemocap(number: Int) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(
      [
        "sample", "iemocap", "--dialogs", "1", "--turns", "8", "--seconds", "1", "-q", "--threads", "1", "--out",
        folder.file("sample"),
      ],
      under: [
        SystemCall.strace, "-qqq", "-o", "/dev/null", "-e", "trace=write", "-e",
        "inject=write:error=ENOSPC:when=\(number)",
      ])
    #expect(outcome.status == 74, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try Folder.names(in: folder.path).isEmpty)
  }
}
