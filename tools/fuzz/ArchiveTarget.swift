import Archives
import Foundation
import Storage

private let path = NSTemporaryDirectory() + "/msa-fuzz-\(getpid())"

/// Small enough for thousands of runs a second.
private let limits = {
  var limits = TreeLimits()
  limits.entryCount = 200
  limits.fileByteCount = 1 << 20
  limits.freeByteCount = 1 << 22
  return limits
}()

/// Whatever the bytes are: an archive is refused, or what comes out of it keeps the promises and limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchive(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try Data(UnsafeBufferPointer(start: data, count: count)).write(to: URL(filePath: path))
    var seen: Set<String> = []
    var total = 0
    let counts = try FileTrees.open(path, limits: limits).forEachFile {
      !$0.hasSuffix("z")
    } _: { file in
      precondition(seen.insert(file.path).inserted, "a path came twice")
      precondition(!file.path.hasPrefix("/") && !file.path.isEmpty, "an absolute or empty path came out")
      for part in file.path.split(separator: "/", omittingEmptySubsequences: false) {
        precondition(!part.isEmpty && !part.hasPrefix("."), "a path leads elsewhere: \(file.path)")
      }
      precondition(file.bytes.count <= limits.fileByteCount, "a file is too large")
      total += file.bytes.count
    }
    precondition(counts.read == seen.count && total <= max(limits.freeByteCount, 100 * count), "limits were passed")
  } catch let error as DataError {
    precondition(error.code == .badData && !error.description.contains("\n"), "an odd refusal: \(error)")
  } catch {
    preconditionFailure("an error of another kind: \(error)")
  }
  return 0
}
