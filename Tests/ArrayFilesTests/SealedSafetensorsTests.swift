import ArrayFiles
import Digests
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("Safetensors files that hold their own digest")
struct SealedSafetensorsTests {
  private func write(_ path: String) throws {
    let values: [Float] = [1, 2, 3]
    try SealedSafetensors.write([("a", .float32, [3]), ("b", .uint8, [1])], metadata: ["note": "x"], to: path) {
      append in
      try values.withUnsafeBytes { try append("a", $0) }
      try [UInt8(7)].withUnsafeBytes { try append("b", $0) }
    }
  }

  @Test("a sealed file passes its check and is an ordinary safetensors file")
  func whole() throws {
    let folder = try TemporaryFolder()
    try write(folder.file("a"))
    let file = try SafetensorsFile(path: folder.file("a"))
    #expect(file.isSealed && file.header.metadata["note"] == "x")
    try file.checkSeal()
    #expect(Array(try file.tensor("a", .float32, shape: [3], as: Float.self)) == [1, 2, 3])
    // Computed as anybody can: with zeros for the digits of the digest.
    let digest = try #require(file.header.metadata["sha256"])
    var bytes = try InputFile.contents(of: folder.file("a"), limit: 1 << 20)
    let place = try #require(bytes.firstRange(of: Array(digest.utf8)))
    bytes.replaceSubrange(place, with: repeatElement(UInt8(ascii: "0"), count: 64))
    var expected = SHA256()
    bytes.withUnsafeBytes { expected.update($0) }
    #expect(expected.hexDigest() == digest)
  }

  @Test("every single flipped bit is noticed")
  func bits() throws {
    let folder = try TemporaryFolder()
    try write(folder.file("a"))
    let whole = try InputFile.contents(of: folder.file("a"), limit: 1 << 20)
    for bit in 0..<8 * whole.count {
      var bytes = whole
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try Data(bytes).write(to: URL(filePath: folder.file("b")))
      let error = #expect(throws: DataError.self, "bit \(bit)") {
        try SafetensorsFile(path: folder.file("b")).checkSeal()
      }
      #expect(error?.code == .badData, "bit \(bit)")
    }
  }

  @Test("a file without a digest, or with other text in its place, is refused where a digest is required")
  func missing() throws {
    let folder = try TemporaryFolder()
    try write(folder.file("a"))
    let tensors: [(name: String, type: TensorType, shape: [Int])] = [("a", .uint8, [0])]
    for digest in [nil, "", "0", String(repeating: "g", count: 64), String(repeating: "a", count: 65)] {
      let metadata = digest.map { ["sha256": $0] } ?? [:]
      let header = SafetensorsHeader(laying: tensors, metadata: metadata)
      _ = try SafetensorsWriter(path: folder.file("b"), header: header).commit()
      #expect(throws: DataError.self) { try SafetensorsFile(path: folder.file("b")).checkSeal() }
    }
  }
}
