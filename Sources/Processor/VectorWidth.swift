import CProcessor
import Foundation
public import Text

/// How many bits the vectors of matrix products have. It decides how fast they are, but no bit of their results.
public enum VectorWidth: Int, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Four floats: arm64, and x86-64 to try what arm64 computes.
  case bits128 = 128
  /// Eight floats: AVX2.
  case bits256 = 256
  /// Sixteen floats: AVX-512.
  case bits512 = 512

  /// The environment variable that chooses a width in place of the widest.
  public static let variable = "MSA_VECTOR_WIDTH"

  /// What this processor can run, the widest last.
  public static let available: [VectorWidth] = {
    #if arch(x86_64)
      return msa_has_avx512() ? allCases : [.bits128, .bits256]
    #else
      return [.bits128]
    #endif
  }()

  /// The width that this process uses: the widest, or what `variable` says. The programs refuse a wrong value before
  /// they begin.
  public static let current = (try? choice.get()) ?? widest

  private static let choice = Result { () throws(DataError) in
    try chosen(by: ProcessInfo.processInfo.environment[variable], from: available)
  }

  private static var widest: VectorWidth { available[available.count - 1] }

  /// - Throws: `DataError` 64 for a value of `variable` that is not a width, or not one that this processor can run.
  public static func check() throws(DataError) { _ = try choice.get() }

  /// The width that a value of `variable` names among those that can be run; the last of them without a value.
  static func chosen(by value: String?, from available: [VectorWidth]) throws(DataError) -> VectorWidth {
    guard let value else { return available[available.count - 1] }
    if let bits = Int(value), let width = available.first(where: { $0.rawValue == bits }) { return width }
    let isKnown = allCases.contains { String($0.rawValue) == value }
    throw DataError(
      .usage, "\(variable) is \"\(value)\"" + (isKnown ? ", which this processor cannot run" : ""),
      expected: listed(available.map { String($0.rawValue) }),
      advice: "Results do not depend on it; unset it for the fastest one.")
  }

  /// `128, 256 or 512`.
  private static func listed(_ widths: [String]) -> String {
    widths.dropLast().joined(separator: ", ") + (widths.count > 1 ? " or " : "") + widths[widths.count - 1]
  }

  /// The name of the instructions.
  public var description: String {
    #if arch(x86_64)
      switch self {
      case .bits128: return "AVX2 and FMA, 128 bits"
      case .bits256: return "AVX2 and FMA"
      case .bits512: return "AVX-512"
      }
    #else
      return "128-bit vectors"
    #endif
  }
}
