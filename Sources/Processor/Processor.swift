import CProcessor
public import Storage

/// What the machine must be able to do.
///
/// This module is compiled for any processor of its architecture, so that it can say what is missing.
public enum Processor {
  /// Refuses a processor that lacks instructions which the other modules are compiled to.
  ///
  /// - Throws: `DataError` 71.
  public static func check() throws(DataError) {
    #if arch(x86_64)
      if msa_has_x86_64_v3() { return }
      throw DataError(
        .systemRefused, "this processor, or the system on it, has no AVX2, FMA or F16C",
        expected: "x86-64-v3 (Intel since Haswell, 2013; AMD since Excavator, 2015)",
        advice: "Run it on a newer machine, or let the virtual machine pass the host's processor on.")
    #endif
  }
}
