import Digests
import Files
import Text

/// A safetensors file mapped into memory; safe to use from many threads at once.
public final class SafetensorsFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// What the file holds, checked.
  public let header: SafetensorsHeader
  private let mapping: MappedFile

  /// Maps a file and checks its header.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when the header is refused (see `SafetensorsError`).
  public init(path: String) throws {
    self.path = path
    mapping = try MappedFile(path: path)
    do {
      header = try SafetensorsHeader(parsing: mapping.bytes, fileByteCount: mapping.bytes.count)
    } catch {
      let kind = try FileKind(of: path)
      if kind != .safetensors, kind != .unknown { throw kind.refusal(of: path, expected: "a safetensors file") }
      throw DataError(
        .badData, file: path, error.description, advice: "The file is damaged or not a safetensors file: make it again."
      )
    }
  }

  /// The SHA-256 of the mapped file, whatever has its name by now; reads all of it.
  public var sha256: String {
    var digest = SHA256()
    digest.update(mapping.bytes)
    return digest.hexDigest()
  }

  /// A tensor's elements in row-major order; `UInt8` as the element gives the bytes of any tensor.
  ///
  /// - Throws: `DataError` 65 when there is no such tensor, or its type or shape differs.
  public func tensor<Element: BitwiseCopyable>(
    _ name: String, _ type: TensorType, shape: [Int], as element: Element.Type
  ) throws -> TensorView<Element> {
    guard let entry = header[name] else { throw DataError(.badData, file: path, place: name, "is missing") }
    guard entry.type == type, entry.shape == shape else {
      throw DataError(
        .badData, file: path, place: name, "\(entry.type.rawValue) \(entry.shape)",
        expected: "\(type.rawValue) \(shape)")
    }
    return TensorView(owner: mapping, bytes: bytes(of: entry))
  }

  /// Lets the system have the memory back that reading has taken so far.
  public func releasePages() { mapping.releasePages() }

  /// The whole file.
  var bytes: UnsafeRawBufferPointer { mapping.bytes }

  private func bytes(of entry: TensorEntry) -> UnsafeRawBufferPointer {
    let range = header.dataStart + entry.dataRange.lowerBound..<header.dataStart + entry.dataRange.upperBound
    return UnsafeRawBufferPointer(rebasing: mapping.bytes[range])
  }
}

/// The elements of a mapped tensor in row-major order; keeps the mapping alive. An index out of bounds traps.
public struct TensorView<Element: BitwiseCopyable>: RandomAccessCollection, Sendable {
  private let owner: MappedFile
  /// `nonisolated(unsafe)`: read-only bytes of `owner`, which this value keeps alive.
  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init(owner: MappedFile, bytes: UnsafeRawBufferPointer) {
    self.owner = owner
    self.bytes = bytes
  }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of elements.
  public var endIndex: Int { bytes.count / MemoryLayout<Element>.stride }

  /// One element.
  public subscript(position: Int) -> Element {
    precondition(indices.contains(position), "an element outside its tensor")
    return bytes.loadUnaligned(fromByteOffset: position * MemoryLayout<Element>.stride, as: Element.self)
  }

  /// Lends the bytes of a range of elements.
  public func withUnsafeBytes<Result>(
    of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= endIndex, "elements outside their tensor")
    let stride = MemoryLayout<Element>.stride
    return try withExtendedLifetime(owner) {
      try body(UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound * stride..<range.upperBound * stride]))
    }
  }
}
