import Foundation
import Storage

/// The machine's memory.
public enum MachineMemory {
  /// A quarter of it in bytes: what a preparation takes without `--memory`.
  ///
  /// - Throws: `DataError` 71 when the system does not say how much there is.
  public static func quarter() throws -> Int {
    let byteCount = ProcessInfo.processInfo.physicalMemory
    if byteCount > 0 { return Int(clamping: byteCount / 4) }
    throw DataError(
      .systemRefused, "the system does not say how much memory there is", advice: "Give --memory, e.g. --memory 1GiB.")
  }
}
