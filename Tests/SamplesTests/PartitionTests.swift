import Samples
import Testing
import Text

struct PartitionTests {
  @Test("each group is in one split, sorted by its bytes")
  func groups() throws {
    let partition = try Partition(groups: [.train: ["b", "-a", "B"], .valid: ["c"], .test: ["é", "d"]], source: "f")
    #expect(partition.train.groups == ["-a", "B", "b"])
    #expect(partition.groups(of: .test) == ["d", "é"])
    #expect(partition.valid.split == .valid)
    #expect(partition.split(of: "c") == .valid)
    #expect(partition.split(of: "none") == nil)
  }

  @Test("only valid may be empty, and only where it is not needed")
  func withoutValid() throws {
    let partition = try Partition(groups: [.train: ["a"], .test: ["b"]], source: "f", needsValid: false)
    #expect(partition.valid.groups.isEmpty)
    for groups in [[.train: ["a"]], [.test: ["a"]]] as [[Split: [String]]] {
      #expect(throws: DataError.self) { try Partition(groups: groups, source: "f", needsValid: false) }
    }
    let error = #expect(throws: DataError.self) { try Partition(groups: [.train: ["a"], .test: ["b"]], source: "f") }
    #expect(error?.advice?.contains("--no-valid") == true)
  }

  @Test(
    "a repeated group is refused by name, and so is an empty split",
    arguments: [
      ([.train: ["a", "a"], .valid: ["b"], .test: ["c"]], "f: a: occurs twice in train, expected each group once."),
      ([.train: ["a"], .valid: ["b"], .test: ["a"]], "f: a: is in train and in test, expected each group once."),
      ([.train: ["a"], .valid: [], .test: ["c"]], "f: leaves the valid split empty, expected at least one group"),
      ([.train: ["a"], .valid: ["b"]], "f: leaves the test split empty, expected at least one group"),
      ([:], "f: leaves the train split empty, expected at least one group"),
    ] as [([Split: [String]], String)])
  func refused(groups: [Split: [String]], message: String) throws {
    let error = try #require(throws: DataError.self) { try Partition(groups: groups, source: "f") }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(message))
  }
}
