/// Turns stored numbers into native float32 or float64.
struct NumberConversion {
  let number: HDF5Number
  let isBigEndian: Bool

  init(from number: HDF5Number, isBigEndian: Bool) {
    self.number = number
    self.isBigEndian = isBigEndian
  }

  /// Whether the stored bytes are native float32.
  var copiesFloats: Bool { number == .float32 && !isBigEndian }

  /// Whether the stored bytes are native float64.
  var copiesDoubles: Bool { number == .float64 && !isBigEndian }

  /// Converts lines to float32 at their places in a dataset that starts at `target`.
  func floats(_ lines: ValueLines, into target: UnsafeMutableRawPointer) {
    if copiesFloats, lines.count > 1 {
      copyLines(lines, into: target)
      return
    }
    for line in 0..<lines.count {
      floats(
        lines.bytes + line * lines.byteStride, count: lines.length,
        into: target + (lines.offset + line * lines.offsetStride) * 4)
    }
  }

  /// Converts lines to float64 at their places in a dataset that starts at `target`.
  func doubles(_ lines: ValueLines, into target: UnsafeMutableRawPointer) {
    for line in 0..<lines.count {
      doubles(
        lines.bytes + line * lines.byteStride, count: lines.length,
        into: target + (lines.offset + line * lines.offsetStride) * 8)
    }
  }

  /// Copies the lines of a chunk. They are short, a few dozen numbers: a `memmove` call for each would cost more than
  /// the copying.
  private func copyLines(_ lines: ValueLines, into target: UnsafeMutableRawPointer) {
    typealias Vector = SIMD8<Float>
    let (byteCount, step) = (lines.length * 4, MemoryLayout<Vector>.size)
    guard byteCount >= step else {
      for line in 0..<lines.count {
        (target + (lines.offset + line * lines.offsetStride) * 4).copyMemory(
          from: lines.bytes + line * lines.byteStride, byteCount: byteCount)
      }
      return
    }
    for line in 0..<lines.count {
      let source = lines.bytes + line * lines.byteStride
      let destination = target + (lines.offset + line * lines.offsetStride) * 4
      var offset = 0
      while offset + step <= byteCount {
        destination.storeBytes(
          of: source.loadUnaligned(fromByteOffset: offset, as: Vector.self), toByteOffset: offset, as: Vector.self)
        offset += step
      }
      // The last vector may overlap the previous one, writing the same bytes twice.
      let last = byteCount - step
      destination.storeBytes(
        of: source.loadUnaligned(fromByteOffset: last, as: Vector.self), toByteOffset: last, as: Vector.self)
    }
  }

  /// Converts `count` numbers at `source` (any alignment) to float32, rounding to nearest even.
  private func floats(_ source: UnsafeRawPointer, count: Int, into target: UnsafeMutableRawPointer) {
    if copiesFloats {
      target.copyMemory(from: source, byteCount: count * 4)
    } else {
      let target = target.assumingMemoryBound(to: Float.self)  // the caller's buffer of float32
      switch number {
      case .float16: convert(source, count, UInt16.self, target) { Float(Float16(bitPattern: $0)) }
      case .float32: convert(source, count, UInt32.self, target) { Float(bitPattern: $0) }
      case .float64: convert(source, count, UInt64.self, target) { Float(Double(bitPattern: $0)) }
      case .int8: convert(source, count, Int8.self, target) { Float($0) }
      case .int16: convert(source, count, Int16.self, target) { Float($0) }
      case .int32: convert(source, count, Int32.self, target) { Float($0) }
      case .int64: convert(source, count, Int64.self, target) { Float($0) }
      case .uint8: convert(source, count, UInt8.self, target) { Float($0) }
      case .uint16: convert(source, count, UInt16.self, target) { Float($0) }
      case .uint32: convert(source, count, UInt32.self, target) { Float($0) }
      case .uint64: convert(source, count, UInt64.self, target) { Float($0) }
      }
    }
  }

  /// Converts `count` numbers at `source` (any alignment) to float64, rounding to nearest even.
  private func doubles(_ source: UnsafeRawPointer, count: Int, into target: UnsafeMutableRawPointer) {
    if copiesDoubles {
      target.copyMemory(from: source, byteCount: count * 8)
    } else {
      let target = target.assumingMemoryBound(to: Double.self)  // the caller's buffer of float64
      switch number {
      case .float16: convert(source, count, UInt16.self, target) { Double(Float16(bitPattern: $0)) }
      case .float32: convert(source, count, UInt32.self, target) { Double(Float(bitPattern: $0)) }
      case .float64: convert(source, count, UInt64.self, target) { Double(bitPattern: $0) }
      case .int8: convert(source, count, Int8.self, target) { Double($0) }
      case .int16: convert(source, count, Int16.self, target) { Double($0) }
      case .int32: convert(source, count, Int32.self, target) { Double($0) }
      case .int64: convert(source, count, Int64.self, target) { Double($0) }
      case .uint8: convert(source, count, UInt8.self, target) { Double($0) }
      case .uint16: convert(source, count, UInt16.self, target) { Double($0) }
      case .uint32: convert(source, count, UInt32.self, target) { Double($0) }
      case .uint64: convert(source, count, UInt64.self, target) { Double($0) }
      }
    }
  }

  /// Inlined with its closure, so that each of the calls above is one plain loop.
  @inline(__always)
  private func convert<Stored: FixedWidthInteger, Result>(
    _ source: UnsafeRawPointer, _ count: Int, _: Stored.Type, _ target: UnsafeMutablePointer<Result>,
    _ value: (Stored) -> Result
  ) {
    let size = MemoryLayout<Stored>.size
    if isBigEndian {
      for index in 0..<count {
        target[index] = value(source.loadUnaligned(fromByteOffset: index * size, as: Stored.self).byteSwapped)
      }
    } else {
      for index in 0..<count {
        target[index] = value(source.loadUnaligned(fromByteOffset: index * size, as: Stored.self))
      }
    }
  }
}
