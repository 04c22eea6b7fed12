import Samples
import Testing

@testable import SplitArrays

@Suite("Labels of arrays")
struct ArrayLabelsTests {
  @Test("labels of every layout become named columns")
  func labels() throws {
    func labels(_ shape: [Int], _ names: [String]? = nil) throws -> ArrayLabels {
      var labels = ArrayLabels(count: 2)
      let size = shape.reduce(1, *)
      try labels.add(.init((0..<size).map { Float($0) }, shape: shape, count: 2), names: names)
      return labels
    }
    #expect(try labels([2]).names == ["sentiment"])
    #expect(try labels([2, 1, 1]).rows == [[0], [1]])
    #expect(try labels([2, 3]).names == ["label_0", "label_1", "label_2"])
    #expect(try labels([2, 3], ["a", "b", "c"]).names == ["a", "b", "c"])
    // IEMOCAP's classes as in MulT: a pair of "not" and "is" for each.
    let pairs = try labels([2, 4, 2])
    #expect(pairs.names == ["class_0", "class_1", "class_2", "class_3"])
    #expect(pairs.rows == [[1, 3, 5, 7], [9, 11, 13, 15]])
  }

  @Test(
    "names are MMSA's, MulT's three columns, or two; what is not known is empty",
    arguments: [
      (["vid$_$3"], "vid[3]", "vid"), (["vid", "1.5", "2"], "vid[1.5-2]", "vid"), (["vid", "3"], "vid[3]", "vid"),
      (["vid", "3", ""], "vid[3]", "vid"), (["vid", "", ""], "vid", "vid"), (["a$_$b"], "a$_$b", "a$_$b"),
    ])
  func names(columns: [String], id: String, recording: String) throws {
    let names = try ArrayNames(TextColumn(rows: [columns]), count: 1).names
    #expect(names.map(\.id) == [id])
    #expect(names.map(\.recording) == [recording])
    #expect(names[0].interval?.end == (id == "vid[1.5-2]" ? 2 : nil))
  }
}

/// A column of texts.
private struct TextColumn: ArrayColumn {
  let rows: [[String]]
  let path = "a"
  let place = "id"

  func sampleCount() -> Int { rows.count }
  func features() throws -> FeatureBlock { throw CancellationError() }
  func textRows(count: Int, widest: Int) -> [[String]] { rows }
  func integers(count: Int) throws -> [Int] { throw CancellationError() }
  func numbers(count: Int) throws -> ArrayLabels.Numbers { throw CancellationError() }
  func list() throws -> [String] { throw CancellationError() }
}
