import Foundation
import Preparation
import Storage
import Testing

@Test func scratch() throws {
  let folder = (#filePath as NSString).deletingLastPathComponent + "/Snapshots/"
  let html = ReportPage.html(report: try JSONValue(contentsOf: folder + "mosei-report.json"))
  try AtomicFile.write(html, to: "/tmp/page/report.html")
}
