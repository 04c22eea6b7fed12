import CArchive
import Files
import Foundation
import Signals
import Text

/// The lines of one large text file: plain, gzip, xz, or the only file in a zip; read as a stream, never unpacked to disk.
///
/// Only these formats are enabled. The output is bounded: total size, ratio to the file's size, length of a line.
public struct TextFileReader: Sendable {
  /// What a hostile or mistaken file may cost.
  public struct Limits: Sendable {
    /// Inflated bytes; the largest public word vectors (GloVe, 840B tokens) have 5.6 GB.
    public var totalByteCount = 1 << 36
    /// Inflated bytes for each byte of the file; text compresses 2 to 10 times, a deflate bomb 1000 times.
    public var ratio = 100
    /// Bytes in a line; a word vector of 1,000 numbers has about 12,000.
    public var lineByteCount = 1 << 20

    /// The defaults.
    public init() {}
  }

  /// The path as the user gave it.
  public let path: String
  private let limits: Limits

  /// Names a file; nothing is opened yet.
  public init(path: String, limits: Limits = Limits()) {
    self.path = path
    self.limits = limits
  }

  /// Calls `body` with each line's bytes, without the line feed; they are valid during the call only.
  ///
  /// - Throws: `DataError` 66 when the file cannot be opened; 65 when it is damaged, holds no file or several, is encrypted,
  ///   or breaks a limit; 130 when the user interrupts; and what `body` throws.
  public func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let byteCount = try InputFile(path: path).byteCount
    // An empty plain file has no entry.
    guard let archive = try InputArchive.onlyText(in: path) else { return }
    var lines = LineSplitter(limit: limits.lineByteCount)
    var total = 0
    // Small files may compress far better than text does on average.
    let (product, overflow) = max(byteCount, Self.smallByteCount).multipliedReportingOverflow(by: limits.ratio)
    let allowed = overflow ? limits.totalByteCount : min(limits.totalByteCount, product)
    while let block = try archive.nextBlock() {
      try Interrupt.check()
      total += block.count
      if total > allowed {
        throw DataError(
          .badData, file: path, "unpacks to more than \(allowed) bytes", expected: "a text file",
          advice: "Unpack it yourself if you trust it.")
      }
      try lines.split(block, in: path, body)
    }
    try lines.finish(body)
  }

  private static let smallByteCount = 1 << 16
}

extension InputArchive {
  /// Opens a file at the start of the only text inside it; nil for an empty plain file.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is damaged, or does not hold exactly one file.
  fileprivate static func onlyText(in path: String) throws -> InputArchive? {
    let kind = try ArchiveKind(of: path)
    if kind == .zip || kind == .emptyZip {
      // The directory is read first: nobody should wait through gigabytes to learn that there is a second file.
      var names: [String] = []
      if kind == .zip {
        let scan = try InputArchive(path: path, kind: kind, contents: .text)
        while let entry = try scan.nextText(in: path) { names.append(entry.name) }
      }
      guard names.count == 1 else {
        let problem =
          names.isEmpty ? "holds no file" : "holds \(names.count) files (\(names.prefix(4).joined(separator: ", ")))"
        throw DataError(
          .badData, file: path, problem, expected: "one text file",
          advice: "Unpack it and give the path of the file you want.")
      }
    }
    let archive = try InputArchive(path: path, kind: kind, contents: .text)
    return try archive.nextText(in: path) == nil ? nil : archive
  }

  /// Goes to the next regular file; what macOS adds for itself is skipped.
  private func nextText(in path: String) throws -> Entry? {
    while let entry = try nextEntry() {
      if entry.isEncrypted {
        throw DataError(.badData, file: path, place: entry.name, "is encrypted", expected: "a plain text file")
      }
      if entry.isRegular, !entry.name.hasPrefix("__MACOSX/") { return entry }
    }
    return nil
  }
}

/// Cuts blocks at line feeds; a line that spans blocks is joined.
private struct LineSplitter {
  private let limit: Int
  private var rest: [UInt8] = []

  init(limit: Int) { self.limit = limit }

  mutating func split(
    _ block: UnsafeBufferPointer<UInt8>, in file: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    var start = 0
    while start < block.count, let base = block.baseAddress {
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), block.count - start)
      let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? block.count
      let part = UnsafeBufferPointer(rebasing: block[start..<end])
      if rest.count + part.count > limit {
        throw DataError(.badData, file: file, "a line of more than \(limit) bytes", expected: "a text file")
      }
      if found == nil {
        rest.append(contentsOf: part)
      } else if rest.isEmpty {
        try body(part)
      } else {
        rest.append(contentsOf: part)
        try rest.withUnsafeBufferPointer(body)
        rest.removeAll(keepingCapacity: true)
      }
      start = end + 1
    }
  }

  /// The last line, if it has no line feed.
  mutating func finish(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    if !rest.isEmpty { try rest.withUnsafeBufferPointer(body) }
    rest = []
  }
}
