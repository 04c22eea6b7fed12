import Storage

#if FUZZ_WAV
  import SoundFiles

  /// Whatever the bytes are: a file is refused, or all its samples are finite.
  private func check(_ bytes: [UInt8]) throws {
    let sound = try SoundFile.read(bytes, path: "fuzz.wav")
    precondition(!sound.samples.isEmpty && sound.samples.allSatisfy(\.isFinite), "samples that are not finite")
  }
#else
  import Corpora

  /// Whatever the bytes are: a file is refused, or it holds as many values as it says.
  private func check(_ bytes: [UInt8]) throws {
    let file = try FeatureFile.read(bytes, path: "fuzz.csv")
    precondition(file.values.count == file.rowCount * file.width, "values do not fill the rows")
    precondition(file.names.map { $0.count == file.width } ?? true, "names of another number")
    precondition(file.times.map { $0.starts.count == file.rowCount } ?? true, "times of another number")
    precondition(file.times?.ends.map { $0.count == file.rowCount } ?? true, "ends of another number")
  }
#endif

/// The fuzzer's entry point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSound(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try check(Array(UnsafeBufferPointer(start: data, count: count)))
  } catch let error as DataError {
    precondition(error.code == .badData && !error.description.contains("\n"), "a refusal of another kind")
  } catch {
    preconditionFailure("an error that is no DataError")
  }
  return 0
}
