import Digests
import Files
import TestSupport
import Testing

@Suite("Digests")
struct DigestsTests {
  private static let all = [UInt8](0...255)
  private static let cycle = all + all + all + all + all

  /// SHA-256 and XXH3-128 of some bytes, by Python's hashlib and xxhash.
  private static let known: [(bytes: [UInt8], sha256: String, xxh3: String)] = [
    ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "99aa06d3014798d86001c324468d497f"),
    (
      Array("a".utf8), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
      "a96faf705af16834e6c632b61e964e1f"
    ),
    (
      Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "06b05ab6733a618578af5f94892f3950"
    ),
    (cycle, "d414b085826eb06778483ba35564dc849e643359f69ed9747878ba6e54985bed", "d92ab3a1cb0542a74844b009e164352e"),
  ]

  @Test("SHA-256 matches hashlib, and XXH3-128 matches xxhash", arguments: 0..<4)
  func reference(index: Int) {
    let (bytes, sha256, xxh3) = Self.known[index]
    var digest = SHA256()
    var fingerprint = Fingerprint()
    bytes.withUnsafeBytes {
      digest.update($0)
      fingerprint.update($0)
    }
    #expect(digest.hexDigest() == sha256)
    #expect(fingerprint.hexDigest() == xxh3)
  }

  @Test("hashing in pieces gives the same digest as hashing the whole", arguments: [1, 7, 64, 255, 1279])
  func pieces(size: Int) {
    var digest = SHA256()
    var fingerprint = Fingerprint()
    Self.cycle.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)])
        digest.update(piece)
        fingerprint.update(piece)
      }
    }
    #expect(digest.hexDigest() == Self.known[3].sha256)
    #expect(fingerprint.hexDigest() == Self.known[3].xxh3)
  }

  @Test("a file's digest is that of its bytes, even if it is larger than one read")
  func file() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 0x5a, count: (1 << 18) + 3)
    var digest = SHA256()
    bytes.withUnsafeBytes { digest.update($0) }
    let expected = digest.hexDigest()
    let (found, byteCount) = try SHA256.hexDigest(ofFile: folder.write("large", bytes))
    #expect(found == expected)
    #expect(byteCount == bytes.count)
  }

  @Test("neighbouring texts do not run together in a fingerprint")
  func neighbours() {
    func fingerprint(_ texts: [String]) -> String {
      var fingerprint = Fingerprint()
      for text in texts { fingerprint.update(text) }
      return fingerprint.hexDigest()
    }
    #expect(fingerprint(["ab", "c"]) != fingerprint(["a", "bc"]))
    #expect(fingerprint(["", "a"]) != fingerprint(["a", ""]))
  }
}
