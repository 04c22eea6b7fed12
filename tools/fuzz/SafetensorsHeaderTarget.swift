import ArrayFiles

/// Whatever the bytes are: a header is refused, or it holds what it promises and reads back the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensorsHeader(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: count)
  do throws(SafetensorsError) {
    let header = try SafetensorsHeader(parsing: bytes, fileByteCount: count)
    var end = 0
    for tensor in header.tensors {
      precondition(tensor.dataRange.lowerBound == end, "a hole or an overlap was accepted")
      end = tensor.dataRange.upperBound
      precondition(tensor.elementCount * tensor.type.byteCount == tensor.dataRange.count, "a wrong size was accepted")
    }
    precondition(header.dataStart + end == count, "the data do not end with the file")
    checkRoundTrip(header)
  } catch {
    precondition(!error.description.isEmpty, "a refusal without a message")
  }
  return 0
}

/// Our own writer lays tensors out in descending element size, so only such headers can be written again.
private func checkRoundTrip(_ header: SafetensorsHeader) {
  let sizes = header.tensors.map(\.type.byteCount)
  guard sizes == sizes.sorted(by: >) else { return }
  let written = SafetensorsHeader(
    laying: header.tensors.map { ($0.name, $0.type, $0.shape) }, metadata: header.metadata)
  var bytes = written.bytes
  bytes.append(contentsOf: repeatElement(0, count: written.dataByteCount))
  bytes.withUnsafeBytes { bytes in
    do throws(SafetensorsError) {
      let parsed = try SafetensorsHeader(parsing: bytes, fileByteCount: bytes.count)
      precondition(Set(parsed.tensors) == Set(header.tensors), "a written header reads back differently")
    } catch {
      preconditionFailure("a written header is refused: \(error)")
    }
  }
}
