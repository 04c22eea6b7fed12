import Files
import Preparation
import TestSupport
import Testing
import Text

@Suite("The report page")
struct ReportPageTests {
  private func report(_ name: String) throws -> JSONValue {
    try JSONValue(contentsOf: #filePath.replacing("ReportPageTests.swift", with: "Snapshots/\(name)"))
  }

  @Test("the page of a full report matches its snapshot")
  func full() throws {
    let html = ReportPage.html(report: try report("mosei-report.json"))
    #expect(try Snapshot.difference(of: html, from: "mosei-report.html") == nil)
  }

  @Test("a report of text alone gives a page without the other parts")
  func textOnly() throws {
    let html = ReportPage.html(report: [
      "dataset": "CMU-MOSI", "granularity": "word", "samples": ["label_rows": 2199, "written": 2199],
      "modalities": ["text": ["width": 300, "rows": ["train": 10, "valid": 2, "test": 3]]],
    ])
    #expect(html.contains("2,199 label rows read = 2,199 written."))
    #expect(html.contains("<section id=\"text\">"))
    for absent in ["visual", "audio", "labels", "sources", "configuration", "splits"] {
      #expect(!html.contains("<section id=\"\(absent)\">"))
    }
  }

  @Test(
    "an empty report and a report of wrong types give a page",
    arguments: [
      [:], ["samples": [1], "labels": 3, "lengths": ["edges": ["a"]], "modalities": ["text": true], "splits": []],
      [
        "lengths": ["edges": [1, 1], "train": [0]],
        "modalities": ["text": ["before": ["columns": [1], "quantiles": [[]]]]],
      ],
      ["labels": ["histogram": ["edges": [0, 1], "train": [0], "valid": [1, 2]]]],
    ] as [JSONValue])
  func broken(report: JSONValue) {
    #expect(ReportPage.html(report: report).hasSuffix("</html>\n"))
  }

  @Test("names from hostile files are escaped as text")
  func hostile() throws {
    let name = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>\u{202e}\u{07}"
    let html = ReportPage.html(report: [
      "dataset": .string(name), "granularity": .string(name), "dtype": .string(name), "clean": .string(name),
      "sources": [["name": .string(name), "root_name": .string(name), "fingerprint": .string(name)]],
      "samples": ["dropped": [["reason": .string(name), "count": 1, "ids": [.string(name)]]]],
      "labels": ["names": [.string(name)], "histogram": ["edges": [0, 1], "train": [1]]],
      "warnings": [.string(name)], "config": .object([name: .string(name)]),
    ])
    #expect(!html.contains("<script"))
    #expect(!html.contains("<img"))
    #expect(!html.contains("\u{202e}"))
    #expect(!html.contains("\u{07}"))
    #expect(html.contains("&lt;script&gt;"))
  }

  @Test("a page loads nothing from elsewhere")
  func selfContained() throws {
    let html = ReportPage.html(report: try report("mosei-report.json"))
    for mark in ["http:", "https:", "<script", "<link", "url(", "@import", "src="] {
      #expect(!html.contains(mark), "\(mark)")
    }
  }
}
