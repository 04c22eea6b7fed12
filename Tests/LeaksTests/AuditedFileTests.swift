import Testing

@testable import Leaks

@Suite struct AuditedFileTests {
  @Test("files of the same name are told apart by as much of their paths as necessary")
  func single() throws {
    func names(_ paths: String...) throws -> [String] { try AuditedFile.single(paths).map(\.name) }
    #expect(try names("/a/x.csd", "/a/y.csd") == ["x.csd", "y.csd"])
    #expect(
      try names("/in/visual/data.csd", "/in/audio/data.csd", "folds.json") == [
        "visual/data.csd", "audio/data.csd", "folds.json",
      ])
    #expect(try names("a/b/data.csd", "c/b/data.csd") == ["a/b/data.csd", "c/b/data.csd"])
    #expect(try names("a/data.csd", "a/data.csd") == ["data.csd", "data.csd"])
  }
}
