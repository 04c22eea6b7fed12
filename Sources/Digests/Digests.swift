import CCrypto
import Files
import Foundation
import Text

/// SHA-256 over a stream of bytes (FIPS 180-4), computed by libcrypto.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// An empty digest.
  public init() {
    // Both calls fail only when memory is exhausted or libcrypto lacks SHA-256: nothing can continue without it.
    context = EVP_MD_CTX_new()!
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    precondition(EVP_DigestUpdate(context, base, bytes.count) == 1, "SHA-256 update failed")
  }

  /// The digest so far as 64 lower-case hexadecimal digits.
  public consuming func hexDigest() -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &bytes, nil) == 1, "SHA-256 final failed")
    return hexadecimal(bytes)
  }

  /// Whether a text could be a digest: 64 lower-case hexadecimal digits.
  public static func isHexDigest(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// The digest of text in UTF-8.
  public static func hexDigest(of text: String) -> String {
    var digest = SHA256()
    var text = text
    text.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
    return digest.hexDigest()
  }

  /// The digest of a file's bytes, and how many there are.
  public static func hexDigest(ofFile path: String) throws -> (digest: String, byteCount: Int) {
    let file = try InputFile(path: path)
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var offset = 0
    while offset < file.byteCount {
      let count = min(buffer.count, file.byteCount - offset)
      try buffer.withUnsafeMutableBytes { bytes in
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]), at: offset)
        digest.update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
      offset += count
    }
    return (digest.hexDigest(), file.byteCount)
  }
}

/// XXH3-128 over a stream of bytes: a fast fingerprint of input data, not a cryptographic digest.
public struct Fingerprint: ~Copyable {
  private let state: OpaquePointer

  /// An empty fingerprint.
  public init() {
    state = msa_XXH3_createState()!  // nil only when memory is exhausted
    msa_XXH3_128bits_reset(state)
  }

  deinit { msa_XXH3_freeState(state) }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    msa_XXH3_128bits_update(state, base, bytes.count)
  }

  /// Adds text in UTF-8 and a zero byte, so that neighbours cannot run into each other.
  public mutating func update(_ text: String) {
    var text = text + "\0"
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The fingerprint so far as 32 lower-case hexadecimal digits, in XXH3's canonical byte order.
  public borrowing func hexDigest() -> String {
    let hash = msa_XXH3_128bits_digest(state)
    return hexadecimal(
      [hash.high64, hash.low64].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
  }
}

/// The XXH3-128 fingerprint of one piece of bytes: used to find equal contents.
public struct ContentDigest: Hashable, Sendable, Comparable {
  private let high: UInt64
  private let low: UInt64

  /// Fingerprints bytes; an empty buffer is fine.
  public init(of bytes: UnsafeRawBufferPointer) {
    let hash = msa_XXH3_128bits(bytes.baseAddress, bytes.count)
    high = hash.high64
    low = hash.low64
  }

  /// Fingerprints text in UTF-8.
  public init(of text: String) {
    var text = text
    self = text.withUTF8 { ContentDigest(of: UnsafeRawBufferPointer($0)) }
  }

  /// By the fingerprint as a number; says nothing about the contents.
  public static func < (first: ContentDigest, second: ContentDigest) -> Bool {
    (first.high, first.low) < (second.high, second.low)
  }
}

/// Lower-case hexadecimal digits, two per byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
