public import Storage

/// How numbers are computed, as far as bits depend on it.
public enum Arithmetic {
  /// The version of the order of summation and of the elementary functions: what has the same version has the same bits, on
  /// every machine. 0 stands for folders from before it was recorded, when a BLAS library chose by the processor.
  public static let format = 1

  /// What this process computes with; no part of any comparison.
  public static var used: JSONValue {
    [
      "kernel": .string(VectorWidth.current.description), "width": .integer(VectorWidth.current.rawValue),
      "library": "msa", "version": .integer(format),
    ]
  }
}
