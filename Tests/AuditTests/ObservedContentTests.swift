import Leaks
import Testing

@testable import Audit

@Suite("Which cells of a row count as content")
struct ObservedContentTests {
  @Test(
    "cells that are NaN, zero or constant throughout are not content",
    arguments: [
      ([Float](repeating: .nan, count: 12), false), ([Float](repeating: .infinity, count: 12), false),
      ([Float](repeating: 0, count: 12), false), ([Float](repeating: 2, count: 12), false),
      ((1...12).map { Float($0) }, true),
    ])
  func cells(row: [Float], isContent: Bool) {
    let content = ObservedContent(width: row.count, scaler: nil) { $0 }
    let count = row.withUnsafeBufferPointer { content.cellCount($0) }
    #expect((count >= ObservedContent.fewestCells) == isContent)
  }
}
