import Digests
import Files
import Foundation
import Testing
import Text

@testable import HDF5

/// The folder of small files at the top of the package.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "fixtures/hdf5").path

/// What h5py reads from a fixture, made by tools/fixtures/hdf5.py.
private func golden(_ name: String) throws -> [String: JSONValue] {
  try #require(try JSONValue(contentsOf: fixtures + "/golden.json")[name]?.members)
}

/// The numbers encoded as hexadecimal little-endian float64.
private func numbers(_ hexadecimal: String) -> [Double] {
  let digits = Array(hexadecimal.utf8).map { UInt64($0 < 97 ? $0 - 48 : $0 - 87) }
  return stride(from: 0, to: digits.count, by: 16).map { start in
    let bits = (0..<16).reduce(UInt64(0)) { $0 << 4 | digits[start + $1] }
    return Double(bitPattern: bits.byteSwapped)
  }
}

/// All NaN are equal.
private func bits(_ value: Double) -> UInt64 { value.isNaN ? Double.nan.bitPattern : value.bitPattern }

@Suite struct GoldenTests {
  @Test(
    "every dataset reads as in h5py",
    arguments: [
      "types.h5", "shapes.h5", "chunks.h5", "odd.h5", "userblock.h5", "v110.h5", "lzf.h5", "lzf-userblock.h5",
      "links.h5", "attributes.h5",
    ])
  func equalsH5py(_ name: String) throws {
    let index = try HDF5Indexer(childExecutable: nil).index(fixtures + "/" + name)
    let file = try HDF5File(index: index)
    let reader = HDF5Reader()
    let buffer = FloatBuffer()
    var fingerprint = Fingerprint()
    let expected = try golden(name)
    #expect(index.datasets.map(\.path) == expected.keys.sortedByBytes())
    for (place, dataset) in index.datasets {
      let shape = expected[place]?["shape"]?.elements?.compactMap(\.intValue)
      #expect(dataset.shape == shape, "\(place)")
      if let texts = expected[place]?["texts"]?.elements?.compactMap(\.text) {
        #expect(try reader.readStrings(dataset, of: file, place: place, fingerprint: &fingerprint) == texts, "\(place)")
        continue
      }
      let values = numbers(try #require(expected[place]?["numbers"]?.text))
      let doubles = try reader.readDoubles(dataset, of: file, place: place, fingerprint: &fingerprint)
      #expect(doubles.map(bits) == values.map(bits), "\(place)")
      var ready = -1
      try reader.readFloats(dataset, of: file, place: place, into: buffer, fingerprint: &fingerprint) {
        #expect($0 > ready, "\(place)")
        ready = $0
      }
      #expect(ready == dataset.rowCount, "\(place)")
      let floats = UnsafeBufferPointer(start: buffer.base, count: dataset.valueCount)
      #expect(floats.map { bits(Double($0)) } == values.map { bits(Double(Float($0))) }, "\(place)")
    }
  }

  @Test("only text attributes of the top-level groups are in the index")
  func attributes() throws {
    let index = try HDF5Indexer(childExecutable: nil).index(fixtures + "/attributes.h5")
    #expect(
      index.attributes == [
        HDF5Attribute(path: "", name: "dimension names", texts: ["not these"]),
        HDF5Attribute(path: "All Labels", name: "version", texts: ["1.0"]),
        HDF5Attribute(
          path: "All Labels/metadata", name: "dimension names",
          texts: ["happy", "sad", "anger", "surprise", "disgust", "fear", "sentiment"]),
        HDF5Attribute(path: "All Labels/metadata", name: "fixed", texts: ["one", "two "]),
      ])
  }

  @Test("rows are delivered in whole bands while chunks are read")
  func handsOutRows() throws {
    let index = try HDF5Indexer(childExecutable: nil).index(fixtures + "/chunks.h5")
    let file = try HDF5File(index: index)
    let dataset = try #require(index["gzip"])
    var fingerprint = Fingerprint()
    var seen: [Int] = []
    try HDF5Reader().readFloats(
      dataset, of: file, place: "gzip", into: FloatBuffer(), fingerprint: &fingerprint
    ) { seen.append($0) }
    #expect(seen == [5, 10, 15, 20, 23])
  }
}
