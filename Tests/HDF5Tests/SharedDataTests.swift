import Digests
import Files
import Testing
import TestSupport

@testable import HDF5

@Suite struct SharedDataTests {
  @Test(
    "every real file is indexed and read to its end", .needsSharedData("mosi"),
    arguments: SharedData.sequences)
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
