import ArrayFiles
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@Suite("What a prepared folder says in more than one place")
struct AgreementTests {
  @Test("an intact folder agrees with itself for words, frames and float16")
  func intact() throws {
    let folder = try TemporaryFolder()
    let words = try ExampleFolder(at: folder.file("words"))
    try PreparedFolder.requireAgreement(words.path, words.manifest)
    let frames = try ExampleFolder(at: folder.file("frames"), dtype: .bf16, granularity: "frame") {
      2 * $0 + ($1 == .audio ? 3 : 0)
    }
    try PreparedFolder.requireAgreement(frames.path, frames.manifest)
    try PreparedFolder.requireAgreement(frames.path, frames.manifest, shards: [:])
  }

  @Test("a contradiction is bad data in one line, whatever the checksums", arguments: ListContradiction.allCases)
  func contradiction(_ contradiction: ListContradiction) throws {
    let folder = try TemporaryFolder()
    try contradiction.apply(to: ExampleFolder(at: folder.path))
    let manifest = try Manifest.read(folder.path)
    let error = try #require(throws: DataError.self) { try PreparedFolder.requireAgreement(folder.path, manifest) }
    #expect(error.code == .badData)
    #expect(error.file?.hasPrefix(folder.path + "/") == true && error.advice != nil)
    let report = try PreparedFolder.verify(folder.path, progress: SilentProgress())
    #expect(!report.isIntact)
    #expect(!report.problems.contains { $0.problem.hasPrefix("SHA-256") }, "\(report.text)")
  }
}
