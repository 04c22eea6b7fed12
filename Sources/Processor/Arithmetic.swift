public import Storage

/// How numbers are computed, as far as bits depend on it.
public enum Arithmetic {
  /// The version of all that decides bits: the order of summation, the elementary functions, how a value is read, computed and
  /// stored. It is raised with every change to these; what has the same version has the same bits, on every machine.
  ///
  /// Goes into manifests and into work that a later run may go on with. 0 stands for what was made before it was recorded,
  /// when a BLAS library chose by the processor.
  public static let format = 1

  /// What this process computes with; no part of any comparison.
  public static var used: JSONValue {
    [
      "kernel": .string(VectorWidth.current.description), "width": .integer(VectorWidth.current.rawValue),
      "library": "msa", "version": .integer(format),
    ]
  }
}
