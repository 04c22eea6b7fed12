import Foundation
import Storage
import Testing

@testable import HDF5

/// Real corpora that may stand beside the checkout; they are no part of it.
private let corpusFiles: [String] = {
  let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let folder = package.deletingLastPathComponent().appending(path: "shared/data").resolvingSymlinksInPath()
  guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
  return files.compactMap { ($0 as? URL)?.path }.filter { $0.hasSuffix(".csd") }.sorted()
}()

@Suite struct SharedDataTests {
  @Test("every real file is indexed and read to the end", .enabled(if: !corpusFiles.isEmpty), arguments: corpusFiles)
  func readsWholeFile(_ path: String) throws {
    let index = try HDF5Indexer(childExecutable: nil).index(path)
    let file = try HDF5File(index: index)
    let reader = HDF5Reader()
    let buffer = FloatBuffer()
    var fingerprint = Fingerprint()
    #expect(!index.datasets.isEmpty)
    for (place, dataset) in index.datasets {
      if dataset.type.isText {
        let texts = try reader.readStrings(dataset, of: file, place: place, fingerprint: &fingerprint)
        #expect(texts.count == dataset.valueCount)
      } else {
        try reader.readFloats(dataset, of: file, place: place, into: buffer, fingerprint: &fingerprint)
      }
    }
  }
}
