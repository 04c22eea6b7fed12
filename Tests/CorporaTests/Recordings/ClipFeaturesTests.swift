import Samples
import Testing
import Text

@testable import Corpora

@Suite("Rows of features of a clip")
struct ClipFeaturesTests {
  /// Rows that count from 0.
  private func file(_ count: Int, times: [Double]? = nil, value: (Int) -> Float = { Float($0) }) -> FeatureFile {
    FeatureFile(
      rowCount: count, width: 1, names: nil, values: (0..<count).map(value),
      times: times.map {
        FeatureTimes(starts: $0, ends: nil, extent: Interval(start: $0.min() ?? 0, end: $0.max() ?? 0))
      }, isVector: false, hasFaces: false)
  }

  private func cut(_ file: FeatureFile, _ start: Double, _ end: Double, of medium: Double?) throws -> FeatureFile? {
    switch try ClipFeatures(modality: .visual, rate: 10).cut(
      file, path: "f", to: Interval(start: start, end: end), of: medium)
    {
    case .rows(let rows): rows
    case .none: nil
    }
  }

  @Test("rows on the medium's clock are cut, and counted from the clip's start")
  func medium() throws {
    let rows = try #require(try cut(file(100), 2, 4, of: 10))
    #expect(rows.values == (20..<40).map { Float($0) })
    #expect(rows.times?.starts.first == 0)
    let timed = try #require(try cut(file(4, times: [0, 3, 6, 9]), 2, 7, of: 12))
    #expect(timed.values == [1, 2] && timed.times?.starts == [1, 4])
  }

  @Test("rows that last as long as the clip, and not as the medium, are the clip's")
  func own() throws {
    #expect(try cut(file(20), 5, 7, of: 10)?.values.count == 20)
  }

  @Test("rows that last as long as neither are a fault", arguments: [(30, 10.0), (150, 10.0), (8, 2.0)])
  func misfit(count: Int, medium: Double) {
    #expect(throws: ClipFault.self) { try cut(file(count), 0, medium, of: medium) }
  }

  @Test("without any number there is no row, whatever the length")
  func faceless() throws {
    #expect(try cut(file(100) { _ in .nan }, 0, 10, of: 10) == nil)
    #expect(try cut(file(0), 0, 10, of: 10) == nil)
  }
}
