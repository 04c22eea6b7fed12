import Files
import Foundation
import Testing
import TestSupport

@Suite("A pipe, a socket, a device or a folder in place of a file")
struct OpenedKindTests {
  static let commands = KindCommand.all
  static let read = commands.filter(\.readsFile)
  /// A sample of each program's readers and writers: the code they share is tested with pipes and folders.
  static let few = commands.filter(\.isExample)

  @Test("a pipe without a writer is refused at once, with 65 and one line", arguments: commands)
  func pipe(command: KindCommand) throws {
    try check(command, "a pipe") { #expect(mkfifo($0, 0o600) == 0) }
  }

  @Test("a folder in place of a file is refused", arguments: read)
  func folder(command: KindCommand) throws {
    try check(command, "a folder") { try Folder.make($0) }
  }

  @Test("a link to an endless device is refused", arguments: few)
  func device(command: KindCommand) throws {
    try check(command, "a device") { #expect(symlink("/dev/zero", $0) == 0) }
  }

  @Test("a socket is refused", arguments: few)
  func socket(command: KindCommand) throws {
    try check(command, "a socket") { try bindSocket($0) }
  }

  @Test("a file that the system generates on reading is refused", arguments: few.filter { !$0.writes })
  func systemFile(command: KindCommand) throws {
    try check(command, "made by the system while it is read") { #expect(symlink("/proc/self/status", $0) == 0) }
  }

  @Test(
    "verify reports it as damage", arguments: ["splits.json", "scalers.safetensors", "shards/train-00000.safetensors"])
  func verify(name: String) throws {
    let folder = try TemporaryFolder()
    try KindBench.copy(["prepared"], to: folder.path)
    try Folder.remove(folder.file("prepared/" + name))
    #expect(mkfifo(folder.file("prepared/" + name), 0o600) == 0)
    let outcome = try Program.prep.run(["verify", "prepared"], under: KindBench.timeout, in: folder.path)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("prepared/\(name): is a pipe, expected a file"))
  }

  @Test("anything next to the wanted files is ignored")
  func besides() throws {
    let folder = try TemporaryFolder()
    try KindBench.copy(["corpus"], to: folder.path)
    try TinyRelease().write(to: folder.file("release"))
    for name in ["corpus/notes", "corpus/visuals/readme", "release/notes", "release/Session1/sentences/wav/notes"] {
      #expect(mkfifo(folder.file(name), 0o600) == 0)
    }
    for line in ["mosei --root corpus --folds corpus/folds.json --out a -q", "iemocap --root release --out b -q"] {
      let arguments = line.split(separator: " ").map(String.init)
      let outcome = try Program.prep.run(arguments, under: KindBench.timeout, in: folder.path)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test("the link of standard output and the shell's pipes are neither a place for a file nor a file")
  func shell() throws {
    let folder = try TemporaryFolder()
    try KindBench.copy(["prepared", "run", "corpus"], to: folder.path)
    let out = try Program.train.run(
      ["predict", "--model", "run", "--shards", "prepared", "--out", "/dev/stdout", "-q"], under: KindBench.timeout,
      in: folder.path)
    #expect(out.status == 65)
    #expect(out.message.contains("/dev/stdout: is a pipe, expected a file, or nothing yet"))
    let substituted = try Program.prep.run(
      ["mosei", "--root", "corpus", "--folds", "/dev/fd/9", "--out", "out", "-q"],
      under: KindBench.timeout + ["/bin/bash", "-c", "exec 9< <(cat corpus/folds.json); exec \"$0\" \"$@\""],
      in: folder.path)
    #expect(substituted.status == 65)
    #expect(substituted.message.contains("/dev/fd/9: is a pipe, expected a file. A pipe can be read only once"))
  }

  /// Puts something where a command reads or writes, and runs the command.
  private func check(_ command: KindCommand, _ kind: String, _ make: (_ path: String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try KindBench.copy(command.needs, to: folder.path)
    let path = folder.file(command.place)
    try Folder.make(Folder.parent(of: path))
    try Folder.remove(path)
    try make(path)
    let before = try identity(path)
    let outcome = try command.program.run(command.arguments, under: KindBench.timeout, in: folder.path)
    #expect(outcome.status == 65, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.message.contains("is \(kind), "), "\(outcome.errors)")
    #expect(try identity(path) == before, "it was removed or replaced")
  }

  private func identity(_ path: String) throws -> ino_t {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return status.st_ino
  }
}

/// Makes a socket in the file system.
private func bindSocket(_ path: String) throws {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  // The name may be too long for a socket address, so the socket is bound under a short name and moved.
  let short = "/tmp/msa-\(getpid())-\(descriptor)"
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
  let result = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  #expect(result == 0)
  try FileManager.default.moveItem(atPath: short, toPath: path)
}
