public import Files
import Text

/// Writes a pickle of protocol 4: dictionaries, lists, texts and numbers, and arrays as NumPy 1 and 2 read them.
///
/// Values go to the file as they come, so that an array need not be in memory. The file appears under its name when it
/// is complete.
public struct PickleWriter: ~Copyable {
  /// What the elements of an array are, little-endian.
  public enum Element: Hashable, Sendable {
    case float32
    case int64
    /// Text of at most `width` Unicode scalars, four bytes each, padded with zeros; `width` is 1 or more.
    case unicode(width: Int)
    /// Text of at most `width` bytes, padded with zeros; `width` is 1 or more.
    case bytes(width: Int)

    /// The size of one element in bytes.
    public var byteCount: Int {
      switch self {
      case .float32: 4
      case .int64: 8
      case .unicode(let width): 4 * width
      case .bytes(let width): width
      }
    }
  }

  private var file: AtomicFile
  private let path: String
  /// Bytes that the array which was begun still lacks.
  private var missing = 0

  /// Begins a file.
  ///
  /// - Throws: `DataError` 73 when it cannot be made, 65 when something else than a file is there.
  public init(path: String, operations: FileOperations = .live) throws {
    var file = try AtomicFile(path: path, operations: operations)
    try file.write([PickleOpcode.proto.rawValue, 4])
    self.file = file
    self.path = path
  }

  /// Ends the pickle, whose value was written, and makes the file durable under its name.
  public consuming func commit() throws {
    try requireFilled()
    try file.write([PickleOpcode.stop.rawValue])
    try file.commit()
  }

  // MARK: Values

  /// Begins a dictionary: keys and values follow in turn.
  public mutating func beginDictionary() throws { try put(.emptyDict, .mark) }

  /// Ends the dictionary that was begun last.
  public mutating func endDictionary() throws { try put(.setitems) }

  /// Writes a text.
  public mutating func write(_ text: String) throws {
    try requireFilled()
    let count = text.utf8.count
    if count < 256 {
      try file.write([PickleOpcode.shortBinunicode.rawValue, UInt8(count)])
    } else {
      try file.write([PickleOpcode.binunicode8.rawValue] + Self.bytes(of: UInt64(count)))
    }
    try file.write(text)
  }

  /// Writes a list of texts.
  public mutating func write(_ texts: [String]) throws {
    try put(.emptyList, .mark)
    for text in texts { try write(text) }
    try put(.appends)
  }

  /// Writes a list of whole numbers.
  public mutating func write(_ numbers: [Int]) throws {
    try put(.emptyList, .mark)
    for number in numbers { try write(number) }
    try put(.appends)
  }

  private mutating func write(_ number: Int) throws {
    if let small = Int32(exactly: number) {
      try file.write([PickleOpcode.binint.rawValue] + Self.bytes(of: UInt32(bitPattern: small)))
    } else {
      try file.write([PickleOpcode.long1.rawValue, 8] + Self.bytes(of: UInt64(bitPattern: Int64(number))))
    }
  }

  // MARK: Arrays

  /// Writes a whole array in C order; `Value` must be the type that `element` names.
  public mutating func write<Value: BitwiseCopyable>(_ values: [Value], _ element: Element, shape: [Int]) throws {
    try beginArray(element, shape: shape)
    try values.withUnsafeBytes { try append($0) }
    try endArray()
  }

  /// Writes an array of texts in C order, as wide as the widest.
  ///
  /// - Parameter asBytes: as UTF-8, where NumPy has bytes, instead of Unicode scalars.
  public mutating func write(_ texts: [String], shape: [Int], asBytes: Bool) throws {
    let width = max(1, texts.map { asBytes ? $0.utf8.count : $0.unicodeScalars.count }.max() ?? 1)
    try beginArray(asBytes ? .bytes(width: width) : .unicode(width: width), shape: shape)
    for text in texts {
      if asBytes {
        try (Array(text.utf8) + Array(repeating: 0, count: width - text.utf8.count)).withUnsafeBytes { try append($0) }
      } else {
        let scalars = text.unicodeScalars.map { $0.value.littleEndian }
        try (scalars + Array(repeating: 0, count: width - scalars.count)).withUnsafeBytes { try append($0) }
      }
    }
    try endArray()
  }

  /// Begins an array: its elements follow in C order.
  public mutating func beginArray(_ element: Element, shape: [Int]) throws {
    // numpy.ndarray.__reduce__: _reconstruct(ndarray, (0,), b"b"), then the state (1, shape, dtype, False, bytes). NumPy 2
    // keeps the old module's name for such pickles.
    try name("numpy.core.multiarray", "_reconstruct")
    try name("numpy", "ndarray")
    try file.write([
      PickleOpcode.binint1.rawValue, 0, PickleOpcode.tuple1.rawValue, PickleOpcode.shortBinbytes.rawValue, 1,
      UInt8(ascii: "b"), PickleOpcode.tuple3.rawValue, PickleOpcode.reduce.rawValue, PickleOpcode.mark.rawValue,
      PickleOpcode.binint1.rawValue, 1, PickleOpcode.mark.rawValue,
    ])
    for length in shape { try write(length) }
    try put(.tuple)
    try type(element)
    let byteCount = shape.reduce(element.byteCount, *)
    try put(.newfalse)
    try file.write([PickleOpcode.binbytes8.rawValue] + Self.bytes(of: UInt64(byteCount)))
    missing = byteCount
  }

  /// Appends to the array that was begun.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(bytes.count <= missing, "an array gets more bytes than its shape has")
    missing -= bytes.count
    try file.write(bytes)
  }

  /// Ends the array that was begun.
  public mutating func endArray() throws { try put(.tuple, .build) }

  /// `numpy.dtype.__reduce__`: dtype(name, False, True), then its version, byte order and, of texts, size, alignment and
  /// flags.
  private mutating func type(_ element: Element) throws {
    let (code, order, layout) =
      switch element {
      case .float32: ("f4", "<", [-1, -1, 0])
      case .int64: ("i8", "<", [-1, -1, 0])
      case .unicode(let width): ("U\(width)", "<", [4 * width, 4, 8])
      case .bytes(let width): ("S\(width)", "|", [width, 1, 0])
      }
    try name("numpy", "dtype")
    try write(code)
    try put(.newfalse, .newtrue, .tuple3, .reduce, .mark)
    try write(3)
    try write(order)
    try put(.none, .none, .none)
    for number in layout { try write(number) }
    try put(.tuple, .build)
  }

  // MARK: Instructions

  private mutating func name(_ module: String, _ name: String) throws {
    try write(module)
    try write(name)
    try put(.stackGlobal)
  }

  private mutating func put(_ opcodes: PickleOpcode...) throws {
    try requireFilled()
    try file.write(opcodes.map(\.rawValue))
  }

  private func requireFilled() throws {
    if missing != 0 {
      throw DataError(
        .internalBug, file: path, "\(missing) bytes of an array were not written",
        advice: "Please report this as a bug.")
    }
  }

  private static func bytes(of number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
