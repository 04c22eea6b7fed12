/// A buffer of float32 values that someone else owns.
public typealias Vector = UnsafeMutableBufferPointer<Float>

/// Ends the program if `holds` is false, in release builds too. Used once at the entry of a kernel, never in its loops.
@inlinable @inline(__always)
func require(_ holds: Bool, _ promise: StaticString) {
  if !holds { promiseBroken(promise) }
}

/// Ends the program if a caller broke a promise that memory safety depends on.
@inline(never) @usableFromInline
func promiseBroken(_ promise: StaticString) -> Never {
  fatalError("broken promise: \(promise)")
}

/// a · b + c of counts; ends the program if one is negative or the result does not fit an `Int`.
@inline(__always)
func checkedCount(_ a: Int, _ b: Int, plus c: Int = 0) -> Int {
  let (product, first) = a.multipliedReportingOverflow(by: b)
  let (sum, second) = product.addingReportingOverflow(c)
  require(a >= 0 && b >= 0 && c >= 0 && !first && !second, "counts are from 0 up and fit an integer")
  return sum
}

extension UnsafeMutableBufferPointer {
  /// The first element of a buffer whose length was checked; not to be read if that is 0.
  @inlinable @inline(__always)
  var start: UnsafeMutablePointer<Element> {
    // An empty buffer may have no address.
    baseAddress
      ?? UnsafeMutableRawPointer(bitPattern: MemoryLayout<Element>.alignment)!.assumingMemoryBound(
        to: Element.self)
  }

  /// Part of the buffer, checked in release builds too, as the standard library's slices are not.
  @inlinable @inline(__always)
  public func part(from start: Int, count: Int) -> UnsafeMutableBufferPointer {
    require(start >= 0 && count >= 0 && start <= self.count && count <= self.count - start, "a part lies in its buffer")
    return UnsafeMutableBufferPointer(start: baseAddress.map { $0 + start }, count: count)
  }
}

extension UnsafeBufferPointer {
  /// The first element of a buffer whose length was checked; not to be read if that is 0.
  @inlinable @inline(__always)
  var start: UnsafePointer<Element> {
    // An empty buffer may have no address.
    baseAddress ?? UnsafeRawPointer(bitPattern: MemoryLayout<Element>.alignment)!.assumingMemoryBound(to: Element.self)
  }

  /// Part of the buffer, checked in release builds too, as the standard library's slices are not.
  @inlinable @inline(__always)
  public func part(from start: Int, count: Int) -> UnsafeBufferPointer {
    require(start >= 0 && count >= 0 && start <= self.count && count <= self.count - start, "a part lies in its buffer")
    return UnsafeBufferPointer(start: baseAddress.map { $0 + start }, count: count)
  }
}

extension UnsafeMutableBufferPointer where Element == Float {
  /// Copies exactly as many values as there is room for; any other number ends the program, in release builds too.
  @inlinable @inline(__always)
  public func take(_ values: UnsafeBufferPointer<Float>) {
    require(values.count == count, "as many values as there is room for")
    if count > 0 { start.update(from: values.start, count: count) }
  }

  /// Copies exactly as many values as there is room for; any other number ends the program, in release builds too.
  @inlinable @inline(__always)
  public func take(_ values: [Float]) { values.withUnsafeBufferPointer { take($0) } }
}

extension UnsafeRawBufferPointer {
  /// Part of the buffer, checked in release builds too, as the standard library's slices are not.
  @inlinable @inline(__always)
  public func part(from start: Int, count: Int) -> UnsafeRawBufferPointer {
    require(start >= 0 && count >= 0 && start <= self.count && count <= self.count - start, "a part lies in its buffer")
    return UnsafeRawBufferPointer(start: baseAddress.map { $0 + start }, count: count)
  }
}
