import Digests
public import Files
import Text

/// A safetensors file that contains its own digest, so that a flipped bit anywhere in it is noticed.
///
/// The metadata hold, under `sha256`, the SHA-256 of the whole file with these 64 digits set to zeros.
public enum SealedSafetensors {
  /// The key in the metadata.
  public static let key = "sha256"
  private static let blank = String(repeating: "0", count: 64)

  /// Takes the values of a tensor, or a part of them.
  public typealias Append = (_ tensor: String, _ bytes: UnsafeRawBufferPointer) throws -> Void

  /// Writes a file atomically.
  ///
  /// - Parameter fill: passes all values to `append` in the order of `layout`; called twice, first for the digest.
  /// - Throws: `DataError` 73 when the file cannot be made, 74 when writing fails.
  public static func write(
    _ layout: [(name: String, type: TensorType, shape: [Int])], metadata: [String: String], to path: String,
    operations: FileOperations = .live, _ fill: (Append) throws -> Void
  ) throws {
    func header(_ digest: String) -> SafetensorsHeader {
      SafetensorsHeader(laying: layout, metadata: metadata.merging([key: digest]) { $1 })
    }
    var digest = SHA256()
    header(blank).bytes.withUnsafeBytes { digest.update($0) }
    try fill { digest.update($1) }
    var writer = try SafetensorsWriter(
      path: path, header: header(digest.hexDigest()), digest: .none, operations: operations)
    try fill { try writer.append($1, to: $0) }
    _ = try writer.commit()
  }
}

extension SafetensorsFile {
  /// Whether the file states its digest.
  public var isSealed: Bool { header.metadata[SealedSafetensors.key] != nil }

  /// Checks the digest that the file states.
  ///
  /// - Throws: `DataError` 65 when it has none, or a wrong one.
  public func checkSeal() throws {
    let damage = "The file is damaged: use a copy of it, or make it again."
    guard let stated = header.metadata[SealedSafetensors.key] else {
      throw DataError(
        .badData, file: path, place: SealedSafetensors.key, "is missing", expected: "the file's digest", advice: damage)
    }
    let found = digest(blanking: stated)
    if found != stated {
      throw DataError(
        .badData, file: path, place: SealedSafetensors.key,
        "is \(found.map { "\(stated), but the file has \($0)" } ?? "not a digest of this file")",
        expected: "the same bytes as were written", advice: damage)
    }
  }

  /// The SHA-256 of the file with the 64 digits of its own set to zeros; nil if they are not there as written.
  private func digest(blanking stated: String) -> String? {
    // Inside another value its quotes would be escaped, so this can only be found where the key is.
    let member = Array("\"\(SealedSafetensors.key)\":\"\(stated)\"".utf8)
    let head = bytes[..<header.dataStart]
    guard stated.utf8.count == 64, let start = head.firstRange(of: member)?.upperBound.advanced(by: -65) else {
      return nil
    }
    var digest = SHA256()
    digest.update(UnsafeRawBufferPointer(rebasing: bytes[..<start]))
    [UInt8](repeating: UInt8(ascii: "0"), count: 64).withUnsafeBytes { digest.update($0) }
    digest.update(UnsafeRawBufferPointer(rebasing: bytes[(start + 64)...]))
    return digest.hexDigest()
  }
}
