import Digests
import Files
import Foundation
import Testing
import Text

@testable import HDF5

/// A file of fixtures/hdf5/attacks and the message for the user.
struct Attack: Sendable, CustomTestStringConvertible {
  let name: String
  let message: String
  var testDescription: String { name }

  init(_ name: String, _ message: String) {
    self.name = name
    self.message = message
  }
}

/// Indexes a file and reads all of its values.
func readEverything(_ path: String, indexer: HDF5Indexer = HDF5Indexer(childExecutable: nil)) throws {
  let index = try indexer.index(path)
  let file = try HDF5File(index: index)
  let reader = HDF5Reader()
  let buffer = FloatBuffer()
  var fingerprint = Fingerprint()
  for (place, dataset) in index.datasets {
    if dataset.type.isText {
      _ = try reader.readStrings(dataset, of: file, place: place, fingerprint: &fingerprint)
    } else if dataset.type.isNumeric {
      try reader.readFloats(dataset, of: file, place: place, into: buffer, fingerprint: &fingerprint)
    }
  }
}

@Suite struct AttackTests {
  static let refusedByIndex = [
    Attack("soft-link-to-nothing", "root/data/a: is a soft link to /root/nowhere/a, but nowhere is missing"),
    Attack("soft-link-into-a-dataset", "root/data/b: is a soft link to /root/data/a/b, but b is missing"),
    Attack("soft-link-to-itself", "is a soft link that leads back to itself, or through more than 8 others"),
    Attack("soft-link-chain", "root/data/9: is a soft link that leads back to itself, or through more than 8 others"),
    Attack("soft-link-out", "a: is a soft link to /data/other/x, which leads outside the file"),
    Attack("soft-link-to-its-parent", "root/data/a: the group has two names, or holds itself"),
    Attack("external-link", "root/data/a: is a link to another file"),
    Attack("user-link", "root/data/a: is a link of a foreign kind (70)"),
    Attack("external-storage", "root/data/a: keeps its values in other files"),
    Attack("virtual", "root/data/a: is a view of datasets in other files"),
    Attack("beyond-the-end", "root/data/a: its values would end at byte 1099511627896, expected at most"),
    Attack("chunk-beyond-the-end", "root/data/a: its values would end at byte 1099511627896, expected at most"),
    Attack("short-compact", "a: 0 bytes of values, expected 120"),
    Attack("huge-never-written", "root/data/a: 1677721600 bytes of values in 0 bytes of the file"),
    Attack("huge-chunked", "root/data/a: the shape [1099511627776, 1048576] is too large"),
    Attack("overflowing", "root/data/a: the shape [16777216, 1048576, 1048576] is too large"),
    Attack("hidden-by-no-rows", "root/data/a: the shape [0, 1099511627776] is too large"),
    Attack("nine-axes", "root/data/a: 9 axes, expected at most 8"),
    Attack("long-strings", "root/data/a: strings of 100000 bytes, expected at most 65536"),
    Attack("absent-chunks", "root/data/a: 268435456 bytes of values in 0 bytes of the file"),
    Attack("chunk-bomb", "root/data/a: a chunk of 268435456 bytes is stored in 100"),
    Attack("large-chunk", "root/data/a: chunks of [32768, 8192], expected at least 1 value and at most"),
    Attack("short-chunk", "root/data/a: a chunk of 120 bytes is stored in 119"),
    Attack("lzf-bomb", "root/data/a: a chunk of 120 bytes is stored in 1, expected at least 1 byte for 88"),
    Attack("unknown-filter", "root/data/a: is compressed with the filter lzf (32001), expected gzip"),
    Attack("newer-form", "root/data/a: opening it fails (libhdf5: bad version number for layout message). The file"),
    Attack("many-attributes", "root: more than 1024 attributes"),
    Attack("long-attribute", "root/metadata: its attribute names holds 5000 texts of 1 bytes, expected at most 4096"),
    Attack("deep", "groups are nested deeper than 16 levels"),
    Attack("loop", "root/data/a/self: the group has two names, or holds itself"),
    Attack("root-loop", "again: the group has two names, or holds itself"),
    Attack("long-name", "root: a name is longer than 1024 bytes"),
    Attack("name-not-utf8", "root: a name is not UTF-8"),
    Attack("empty", "is an empty file, expected an HDF5 file"),
    Attack("text", "is an HTML page, expected an HDF5 file"),
    Attack("magic-only", "opening it as HDF5 fails"),
  ]

  @Test("the index refuses the attack and says why", arguments: refusedByIndex)
  func refused(_ attack: Attack) throws {
    let path = fixtures + "/attacks/\(attack.name).h5"
    let error = try #require(throws: DataError.self) { try HDF5Indexer(childExecutable: nil).index(path) }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(path + ": "), "\(error)")
    #expect(error.description.contains(attack.message), "\(error)")
    #expect(error.advice != nil, "\(error)")
  }

  @Test(
    "a corrupt chunk is found when it is read",
    arguments: [
      Attack(
        "corrupt-gzip", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: it does not inflate to 120 bytes"),
      Attack(
        "corrupt-fletcher32", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: its checksum does not match"),
      Attack("gzip-of-wrong-length", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: it does not inflate"),
      Attack("lzf-cut-off", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: its LZF stream does not make 120"),
      Attack("lzf-reaches-back", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: its LZF stream"),
      Attack("lzf-too-short", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: its LZF stream"),
      Attack("lzf-too-long", "root/data/a: the chunk at [0, 0] of [10, 3] is corrupt: its LZF stream"),
    ])
  func corrupt(_ attack: Attack) throws {
    let path = fixtures + "/attacks/\(attack.name).h5"
    let error = try #require(throws: DataError.self) { try readEverything(path) }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(path + ": " + attack.message), "\(error)")
  }

  @Test("types that are neither numbers nor text are named and not read")
  func oddTypes() throws {
    let index = try HDF5Indexer(childExecutable: nil).index(fixtures + "/attacks/odd-types.h5")
    let types = index.datasets.map { "\($0.path): \($0.dataset.type)" }
    #expect(
      types == [
        "root/array: float32", "root/bits: bit field", "root/compound: compound", "root/enumeration: enumeration",
        "root/numbers: float32", "root/opaque: opaque bytes", "root/ragged: variable-length array",
        "root/reference: reference", "root/wide integer: integer of 40 bytes",
      ])
    let file = try HDF5File(index: index)
    let dataset = try #require(index["root/compound"])
    var fingerprint = Fingerprint()
    let error = try #require(throws: DataError.self) {
      try HDF5Reader().readDoubles(dataset, of: file, place: "root/compound", fingerprint: &fingerprint)
    }
    #expect(error.description.contains("root/compound: holds compound, expected numbers"))
  }

  @Test(
    "a file that does not exist is missing input; a folder is bad data",
    arguments: [("/nowhere.h5", DataError.Code.inputMissing), ("", .badData)])
  func missing(name: String, code: DataError.Code) throws {
    let error = try #require(throws: DataError.self) { try HDF5Indexer(childExecutable: nil).index(fixtures + name) }
    #expect(error.code == code)
  }

  @Test("a file that changes after indexing is refused")
  func changed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.h5"
    try FileManager.default.copyItem(atPath: fixtures + "/types.h5", toPath: path)
    let index = try HDF5Indexer(childExecutable: nil).index(path)
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 100)
    try handle.close()
    let error = try #require(throws: DataError.self) { try HDF5File(index: index) }
    #expect(error.code == .notReady && error.description.contains("changed while it was opened"))
  }
}
