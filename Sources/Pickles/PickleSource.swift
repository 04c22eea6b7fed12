import Files
import Text

/// Where the bytes of a pickle are: in a file, or in memory as a part of another file.
final class PickleSource: Sendable {
  private enum Storage {
    /// Read in small steps through the map, and in large ones through the descriptor: pages of a map count as this program's
    /// memory once they were touched.
    case file(InputFile, MappedFile)
    case memory(ArraySlice<UInt8>)
  }

  private let storage: Storage
  let byteCount: Int

  init(path: String) throws {
    let file = try InputFile(path: path)
    storage = .file(file, try MappedFile(file))
    byteCount = file.byteCount
  }

  init(_ bytes: ArraySlice<UInt8>) {
    storage = .memory(bytes)
    byteCount = bytes.count
  }

  /// Lends all bytes.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch storage {
    case .file(_, let map): try withExtendedLifetime(map) { try body(map.bytes) }
    case .memory(let bytes): try bytes.withUnsafeBytes(body)
    }
  }

  /// Fills `buffer` with the bytes from `offset` on, which must be there.
  ///
  /// - Throws: `DataError` 74 when the read fails, 65 when the file was cut short meanwhile.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    switch storage {
    case .file(let file, _): try file.read(into: buffer, at: offset)
    case .memory(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
      }
    }
  }
}
