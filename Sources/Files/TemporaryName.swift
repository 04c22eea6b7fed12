import Foundation
import Synchronization

/// The names of files that are not finished: `.<name>.<16 hexadecimal digits>.partial`, beside the final name.
///
/// No two are the same, whichever process asks: a file is never written, renamed or removed by anything but the run
/// that created it, even if a folder cannot be locked.
package enum TemporaryName {
  /// What all of them end with; they start with a dot.
  package static let suffix = ".partial"

  /// The variable that fixes the digits, for tests that must know a name before the file is made.
  package static let variable = "MSA_TEMPORARY_DIGITS"

  private static let digitCount = 16
  /// The bytes of a final name that are kept, so that the whole fits into the 255 that a file system allows.
  private static let keptByteCount = 220

  private static let fixed = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0, radix: 16) }
  private static let first = RandomBits.next()
  private static let count = Atomic<UInt64>(0)

  /// An unused path beside `path`.
  package static func path(besides path: String) -> String {
    Folder.parent(of: path) + "/" + name(for: Folder.name(of: path))
  }

  private static func name(for name: String) -> String {
    let number = fixed ?? first &+ count.wrappingAdd(1, ordering: .relaxed).newValue
    let digits = String(number, radix: 16)
    let padding = String(repeating: "0", count: digitCount - digits.count)
    // Repairing a cut character adds at most two bytes.
    let kept = name.utf8.count > keptByteCount ? String(decoding: name.utf8.prefix(keptByteCount), as: UTF8.self) : name
    return ".\(kept).\(padding)\(digits)\(suffix)"
  }

  /// The final name for a temporary name; nil for any other name.
  package static func finalName(of name: String) -> String? {
    guard name.hasPrefix("."), name.hasSuffix(suffix), name.utf8.count > suffix.utf8.count + digitCount + 2 else {
      return nil
    }
    let inner = name.dropFirst().dropLast(suffix.count)
    let digits = inner.suffix(digitCount)
    let final = inner.dropLast(digitCount)
    guard final.last == ".", digits.utf8.allSatisfy(isDigit) else { return nil }
    return String(final.dropLast())
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
  }
}
