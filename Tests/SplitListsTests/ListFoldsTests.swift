import Audit
import Foundation
import Leaks
import Samples
import TestSupport
import Testing
import Text

@testable import SplitLists

@Suite("Folds of a cross-validation in lists")
struct ListFoldsTests {
  /// Turns of three dialogs a session, two speakers each.
  private static func turns(session: Int) -> [String] {
    (1...3).flatMap { dialog in
      ["F", "M"].flatMap { speaker in (0..<2).map { "Ses0\(session)F_impro0\(dialog)_\(speaker)00\($0)" } }
    }
  }

  private static let all = (1...5).flatMap(turns)

  private static func others(than session: Int) -> [String] { (1...5).filter { $0 != session }.flatMap(turns) }

  private static func json(_ ids: [String]) -> String { "[" + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]" }

  /// The folds, one a session, in every form that lists have.
  private static let forms: [(name: String, files: [(name: String, text: String)])] = [
    (
      "files",
      (1...5).flatMap { fold in
        [
          ("x_train_fold_\(fold).txt", others(than: fold).joined(separator: "\n")),
          ("x_test_fold_\(fold).txt", turns(session: fold).joined(separator: "\n")),
        ]
      }
    ),
    (
      "folders",
      (1...5).flatMap { fold in
        [
          ("fold\(fold)/train.txt", others(than: fold).joined(separator: "\n")),
          ("fold\(fold)/test.txt", turns(session: fold).joined(separator: "\n")),
        ]
      }
    ),
    ("numbers", [("list.csv", "id,fold\n" + all.map { "\($0),\($0.dropFirst(4).prefix(1))\n" }.joined())]),
    (
      "an array of divisions",
      [
        (
          "folds.json",
          "["
            + (1...5).map { "{\"train\": \(json(others(than: $0))), \"test\": \(json(turns(session: $0)))}" }.joined(
              separator: ",") + "]"
        )
      ]
    ),
    (
      "named divisions",
      [
        (
          "folds.json",
          "{"
            + (1...5).map {
              "\"fold_\($0)\": {\"train\": \(json(others(than: $0))), \"test\": \(json(turns(session: $0)))}"
            }.joined(separator: ",") + "}"
        )
      ]
    ),
  ]

  private func datasets(_ files: [(name: String, text: String)]) throws -> [AuditedDataset] {
    let folder = try TemporaryFolder()
    let paths = try files.map { name, text in
      if let end = name.lastIndex(of: "/") {
        try FileManager.default.createDirectory(
          atPath: folder.file(String(name[..<end])), withIntermediateDirectories: true)
      }
      return try folder.write(name, text)
    }
    return try AuditedDataset.lists(paths)
  }

  @Test(
    "each fold is a data set of its own, and nothing is wrong if one trains on what another tests", arguments: forms)
  func each(_ name: String, _ files: [(name: String, text: String)]) throws {
    let datasets = try datasets(files)
    #expect(datasets.map(\.name) == (1...5).map { "IEMOCAP fold \($0)" })
    for (number, dataset) in datasets.enumerated() {
      #expect(dataset.indices(of: .train).count == 48)
      #expect(dataset.indices(of: .test).count == 12)
      let test = dataset.samples[dataset.indices(of: .test)]
      #expect(Set(test.compactMap(\.session)) == ["Ses0\(number + 1)"])
    }
    let report = try AuditReport(AuditSubject(datasets: datasets, threads: 1))
    #expect(!report.hasErrors)
    #expect(
      report.text(columns: nil).contains(
        "None of 60 clips, 15 groups, 15 dialogs, 5 sessions, 10 speakers is in two splits."))
  }

  @Test("a fold that leaks is named, first and alone")
  func leak() throws {
    var files = Self.forms[0].files
    files[4].text += "\n" + Self.turns(session: 3)[0]
    let report = try AuditReport(AuditSubject(datasets: try datasets(files), threads: 1))
    let checks = try #require(report.json["checks"]?.elements)
    let finding = try #require(checks.first { $0["id"] == "id-overlap" })
    #expect(finding["verdict"] == "fail")
    let summary = try #require(finding["summary"]?.text)
    #expect(summary.hasPrefix("IEMOCAP fold 3: 1 clip, 1 group, 1 dialog, 1 session, 1 speaker"), "\(summary)")
    #expect(
      summary.contains("IEMOCAP fold 1, IEMOCAP fold 2, IEMOCAP fold 4 and 1 more: None of 60 clips"), "\(summary)")
  }

  @Test("files of one fold are one data set, and a list for all folds belongs to each")
  func few() throws {
    #expect(try datasets(Array(Self.forms[0].files.prefix(2))).map(\.name) == ["IEMOCAP"])
    let files = [
      ("train_fold_1.txt", "a\nb\n"), ("valid_fold_1.txt", "c\n"), ("train_fold_2.txt", "b\nc\n"),
      ("valid_fold_2.txt", "a\n"), ("test.txt", "d\ne\n"),
    ]
    let datasets = try datasets(files)
    #expect(datasets.map(\.name) == ["fold 1", "fold 2"])
    #expect(datasets.allSatisfy { $0.indices(of: .test).count == 2 && $0.indices(of: .train).count == 2 })
  }

  @Test(
    "what is no fold is refused",
    arguments: [
      ("id,fold\na,1\nb,train\n", "numbers its folds, and other rows name a split"),
      ("id,fold\na,1\nb,1\n", "has one fold alone"),
      ("id,fold\n" + (1...60).map { "a\($0),\($0)\n" }.joined(), "60 folds, expected at most 50"),
      ("id,split\na,0\nb,1\n", "\"0\" names no split"),
    ])
  func refused(_ text: String, _ problem: String) throws {
    let error = try #require(throws: DataError.self) { _ = try datasets([("list.csv", text)]) }
    #expect(error.description.contains(problem), "\(error.description)")
  }

  @Test(
    "the number of a fold is read from the name of a file or of its folder",
    arguments: [
      ("data/x_test_fold_3.jsonl", 3), ("fold0/test.csv", 0), ("a/Fold-12/train.csv", 12), ("folds.csv", nil),
      ("fold_2/test.csv", 2), ("x/2/test.csv", nil), ("fold_1234.csv", nil), ("fold_1/cv_fold_2.csv", 2),
    ])
  func number(path: String, number: Int?) {
    #expect(ListFolds.number(ofFile: path) == number)
  }
}
