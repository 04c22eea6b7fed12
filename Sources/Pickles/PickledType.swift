/// What the elements of a NumPy array are.
public struct PickledType: Hashable, Sendable {
  /// The kinds that are read.
  public enum Kind: Hashable, Sendable {
    case bool, signed, unsigned, float
    /// Bytes, filled up with zeros.
    case bytes
    /// Text of 4 bytes a character, filled up with zeros.
    case text
    /// Any values.
    case object
  }

  /// What an element is.
  public internal(set) var kind: Kind
  /// The size of an element in bytes.
  public internal(set) var byteCount: Int
  /// Whether the highest byte comes first.
  public internal(set) var isBigEndian = false

  /// Reads what NumPy calls a type when it pickles it, e.g. `f4`, `<i8`, `S10` or `U7`; nil for types that are not read.
  init?(_ name: String) {
    var letters = Substring(name)
    if let order = letters.first, "<>=|".contains(order) {
      isBigEndian = order == ">"
      letters.removeFirst()
    }
    guard let letter = letters.popFirst() else { return nil }
    let digits = letters.utf8
    guard digits.allSatisfy({ 0x30...0x39 ~= $0 }), digits.count < 10 else { return nil }
    let number = Int(letters)
    switch (letter, number) {
    case ("b", 1?), ("?", nil): (kind, byteCount) = (.bool, 1)
    case ("i", let size?) where [1, 2, 4, 8].contains(size): (kind, byteCount) = (.signed, size)
    case ("u", let size?) where [1, 2, 4, 8].contains(size): (kind, byteCount) = (.unsigned, size)
    case ("f", let size?) where [2, 4, 8].contains(size): (kind, byteCount) = (.float, size)
    case ("S", let size), ("a", let size): (kind, byteCount) = (.bytes, size ?? 0)
    case ("U", let length): (kind, byteCount) = (.text, 4 * (length ?? 0))
    case ("O", nil), ("O", 4?), ("O", 8?): (kind, byteCount) = (.object, 8)
    default: return nil
    }
  }

  /// NumPy's word for it, e.g. `float32`.
  public var name: String {
    switch kind {
    case .bool: "bool"
    case .signed: "int\(8 * byteCount)"
    case .unsigned: "uint\(8 * byteCount)"
    case .float: "float\(8 * byteCount)"
    case .bytes: "S\(byteCount)"
    case .text: "U\(byteCount / 4)"
    case .object: "object"
    }
  }

  /// Whether elements are numbers.
  public var isNumeric: Bool { [.bool, .signed, .unsigned, .float].contains(kind) }
}

extension PickledType {
  /// Takes elements apart that lie one after the other.
  func floats(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Float>) {
    switch (kind, byteCount) {
    case (.float, 4): each(bytes, output, UInt32.self) { Float(bitPattern: $0) }
    case (.float, 8): each(bytes, output, UInt64.self) { Float(Double(bitPattern: $0)) }
    case (.float, _): each(bytes, output, UInt16.self) { Float(Float16(bitPattern: $0)) }
    case (.signed, 8): each(bytes, output, UInt64.self) { Float(Int64(bitPattern: $0)) }
    case (.signed, 4): each(bytes, output, UInt32.self) { Float(Int32(bitPattern: $0)) }
    case (.signed, 2): each(bytes, output, UInt16.self) { Float(Int16(bitPattern: $0)) }
    case (.signed, _): each(bytes, output, UInt8.self) { Float(Int8(bitPattern: $0)) }
    case (.bool, _): each(bytes, output, UInt8.self) { $0 == 0 ? 0 : 1 }
    case (_, 8): each(bytes, output, UInt64.self) { Float($0) }
    case (_, 4): each(bytes, output, UInt32.self) { Float($0) }
    case (_, 2): each(bytes, output, UInt16.self) { Float($0) }
    default: each(bytes, output, UInt8.self) { Float($0) }
    }
  }

  @inline(__always)
  private func each<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<Float>, _ bits: Bits.Type,
    _ value: (Bits) -> Float
  ) {
    let size = MemoryLayout<Bits>.size
    precondition(size == byteCount && output.count * size <= bytes.count, "elements beyond their bytes")
    for index in output.indices {
      let stored = bytes.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
      output[index] = value(isBigEndian ? Bits(bigEndian: stored) : Bits(littleEndian: stored))
    }
  }

  /// An element that is a whole number or truth, nil for others and for numbers beyond 63 bits.
  func integer(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let bits = self.bits(bytes)
    return switch (kind, byteCount) {
    case (.bool, _): bits == 0 ? 0 : 1
    case (.signed, 1): Int(Int8(truncatingIfNeeded: bits))
    case (.signed, 2): Int(Int16(truncatingIfNeeded: bits))
    case (.signed, 4): Int(Int32(truncatingIfNeeded: bits))
    case (.signed, _): Int(Int64(bitPattern: bits))
    case (.unsigned, _): Int(exactly: bits)
    default: nil
    }
  }

  /// An element that is a number, to float64's precision; nil for others.
  func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
    switch (kind, byteCount) {
    case (.float, 2): Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits(bytes))))
    case (.float, 4): Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits(bytes))))
    case (.float, _): Double(bitPattern: bits(bytes))
    case (.unsigned, _): Double(bits(bytes))
    default: integer(bytes).map { Double($0) }
    }
  }

  /// An element that is a text or bytes, up to the zeros that fill it up; nil for others.
  func text(_ bytes: UnsafeRawBufferPointer) -> String? {
    switch kind {
    case .bytes: return PickledBytes.text(bytes[..<((bytes.lastIndex { $0 != 0 } ?? -1) + 1)])
    case .text:
      var text = String.UnicodeScalarView()
      var filled = 0
      for offset in stride(from: 0, to: byteCount, by: 4) {
        let stored = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        let value = isBigEndian ? UInt32(bigEndian: stored) : UInt32(littleEndian: stored)
        if value == 0 {
          filled += 1
          continue
        }
        for _ in 0..<filled { text.append("\0") }
        filled = 0
        text.append(Unicode.Scalar(value) ?? "\u{fffd}")
      }
      return String(text)
    default: return nil
    }
  }

  /// The first element, of at most 8 bytes, as a number without sign.
  private func bits(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let own = bytes.prefix(byteCount)
    return isBigEndian ? own.reduce(0) { $0 << 8 | UInt64($1) } : own.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
