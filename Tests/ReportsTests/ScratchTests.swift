import Foundation
import Preparation
import Storage
import Testing

@Test func scratch() throws {
  let folder = (#filePath as NSString).deletingLastPathComponent + "/Snapshots/"
  let html = ReportPage.html(report: try JSONValue(contentsOf: folder + "mosei-report.json"))
  try AtomicFile.write(html, to: "/tmp/page/report.html")
}
@Test func scratch2() throws {
  try AtomicFile.write(ReportPage.html(report: try JSONValue(contentsOf: "/tmp/mosi.json")), to: "/tmp/page/mosi.html")
  try AtomicFile.write(ReportPage.html(report: [:]), to: "/tmp/page/empty.html")
}
