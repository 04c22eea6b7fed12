import Samples
import Testing

@Suite struct DivisionTests {
  @Test("data for a trained model have one split and nothing to fit on")
  func undivided() {
    let division = Division.undivided(.predict(groups: ["b", "a"]))
    #expect(division.train == nil)
    #expect(division.splits == [.predict])
    #expect(division.groups(of: .predict) == ["a", "b"])
    #expect(Split.allCases.allSatisfy { division.groups(of: $0).isEmpty })
  }

  @Test("a divided corpus has three, of which predict is none")
  func parts() throws {
    let partition = try Partition(groups: [.train: ["a"], .valid: ["b"], .test: ["c"]], source: "x")
    let division = Division.parts(partition)
    #expect(division.train == partition.train)
    #expect(division.splits == Split.allCases && Split.allCases.map(\.rawValue) == ["train", "valid", "test"])
    #expect(division.groups(of: .test) == ["c"] && division.groups(of: .predict).isEmpty)
    // A list that names a split of that name means something else.
    #expect(Split(named: "predict") == nil)
  }
}
