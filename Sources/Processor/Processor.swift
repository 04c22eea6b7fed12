import CProcessor
public import Text

/// What the machine must be able to do.
///
/// Swift's own code runs on any processor of its architecture, so that it can say what is missing.
public enum Processor {
  /// Refuses a processor that lacks instructions that the loops of TensorCore are compiled to.
  ///
  /// - Throws: `DataError` 71.
  public static func check() throws(DataError) {
    #if arch(x86_64)
      if msa_has_x86_64_v3() { return }
      throw DataError(
        .systemRefused, "this processor, or the system on it, has no AVX2, FMA or F16C",
        expected: "x86-64-v3 (Intel since Haswell, 2013; AMD since Excavator, 2015)",
        advice: "Run it on a newer machine, or let the virtual machine pass through the host's processor.")
    #endif
  }
}

/// How numbers are computed, as far as bits depend on it.
public enum Arithmetic {
  /// The version of all that decides bits: the order of summation, the elementary functions, how a value is read,
  /// computed and stored. It is raised with every change to these; the same version gives the same bits on every
  /// machine.
  ///
  /// Goes into manifests and into work that a later run may continue. 0 stands for what was made before it was
  /// recorded, when a BLAS library chose kernels by processor.
  public static let format = 1

  /// What this process computes with; not part of any comparison.
  public static var used: JSONValue {
    [
      "kernel": .string(VectorWidth.current.description), "width": .integer(VectorWidth.current.rawValue),
      "library": "msa", "version": .integer(format),
    ]
  }
}
