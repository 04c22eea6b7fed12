import HDF5
import Storage
import Testing

@testable import Corpora

@Suite("Label columns")
struct CSDLabelsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func labels(width: Int, names: String?) throws -> CSDLabels {
    let metadata = names.map { ["dimension names": $0] } ?? [:]
    let path = try CSDBuilder(rootName: "All Labels", metadata: metadata)
      .write(to: folder.path + "/labels.csd", ids: ["a"], width: width)
    return try CSDLabels(of: try CSDFile.open(path, indexer: HDF5Indexer(childExecutable: nil)))
  }

  @Test(
    "names come from the metadata where they fit, else from the number of columns",
    arguments: [
      (1, nil, ["sentiment"], 0), (7, nil, CSDLabels.mosei, 0), (7, "[]", CSDLabels.mosei, 0),
      (7, "no JSON", CSDLabels.mosei, 0), (1, "[\"sentiment score\"]", ["sentiment"], 0),
      (2, "[\"arousal\", \"Sentiment\"]", ["arousal", "sentiment"], 1),
      (2, "[\"sentiment_std\", \"sentiment\"]", ["sentiment_std", "sentiment"], 1),
      (7, "[\"a\", \"b\"]", CSDLabels.mosei, 0), (1, "[\"a\", \"b\"]", ["sentiment"], 0),
    ] as [(Int, String?, [String], Int)])
  func names(width: Int, names: String?, expected: [String], column: Int) throws {
    let labels = try labels(width: width, names: names)
    #expect(labels.names == expected)
    #expect(labels.sentimentColumn == column)
  }

  @Test(
    "labels without a sentiment column are refused",
    arguments: [
      (2, "[\"happy\", \"sad\"]", "2 columns (happy, sad)"), (1, "[\"happy\"]", "1 columns (happy)"),
      (3, nil, "3 columns (label_0, label_1, label_2)"),
    ] as [(Int, String?, String)])
  func missing(width: Int, names: String?, found: String) throws {
    let error = try #require(throws: DataError.self) { try labels(width: width, names: names) }
    #expect(error.code == .badData)
    #expect(error.description.contains("All Labels: labels missing the sentiment column: " + found))
  }
}
