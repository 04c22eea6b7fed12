import Text

/// What pickles have called when they are read: functions and classes of data alone, done here by hand.
extension PickleMachine {
  mutating func call(_ callee: PickleItem, _ arguments: PickleItem) throws -> PickleItem {
    guard case .name(let name) = callee else {
      throw cursor.refusal("\(cursor.opcode.name) calls something that is not a class or function")
    }
    guard let arguments = arena.tuple(arguments) else {
      throw cursor.refusal("\(cursor.opcode.name) finds no arguments")
    }
    let result =
      switch name {
      case .reconstruct: try reconstruct(arguments)
      case .dtype: try type(arguments)
      case .scalar: try scalar(arguments)
      case .frombuffer: try array(fromBuffer: arguments)
      case .encode: try encode(arguments)
      case .orderedDict, .dict: try dictionary(arguments)
      case .defaultdict: try defaultDictionary(arguments)
      case .list: try container(.list, of: arguments)
      case .tuple: try container(.tuple, of: arguments)
      case .set, .frozenset: try container(.set, of: arguments)
      case .int: integer(arguments)
      case .float: float(arguments)
      case .complex: try complex(arguments)
      case .bytes, .bytearray: try bytes(arguments)
      case .str: text(arguments)
      case .ndarray: nil as PickleItem?
      }
    guard let result else {
      throw cursor.refusal(
        "\(cursor.opcode.name) calls \(name.rawValue) with arguments that data do not have",
        advice: "If you trust the file, write what it holds as NumPy arrays.")
    }
    return result
  }

  // MARK: NumPy

  /// `_reconstruct(ndarray, (0,), b"b")`: an array to be filled.
  private mutating func reconstruct(_ arguments: [PickleItem]) throws -> PickleItem? {
    guard arguments.count == 3, case .name(.ndarray) = arguments[0] else { return nil }
    return try arena.container(.array(nil), [], cursor)
  }

  /// `dtype("f4", False, True)`: a type whose byte order follows.
  private mutating func type(_ arguments: [PickleItem]) throws -> PickleItem? {
    guard 1...3 ~= arguments.count, let name = shortText(arguments[0]) else { return nil }
    guard let type = PickledType(name), type.byteCount <= cursor.bytes.count || type.kind == .object else {
      throw cursor.refusal(
        "an array has the type \(name)", expected: "bool, int, float, S, U or object",
        advice: "Convert it with NumPy's astype, and write it again.")
    }
    return try arena.container(.type(type), [], cursor)
  }

  /// The type that an item is.
  private func type(_ item: PickleItem) -> PickledType? {
    guard case .container(let number) = item, case .type(let type) = arena.containers[number].kind else { return nil }
    return type
  }

  /// `scalar(dtype, bytes)`: a number or text by itself.
  private mutating func scalar(_ arguments: [PickleItem]) throws -> PickleItem? {
    guard arguments.count == 2, let type = type(arguments[0]), type.kind != .object,
      case .blob(let number) = arguments[1], !arena.blobs[number].isText
    else { return nil }
    let bytes = try value(of: number, limit: type.byteCount)
    guard bytes?.count == type.byteCount, let bytes else { return nil }
    return bytes.withUnsafeBytes { bytes in
      switch type.kind {
      case .bool: type.integer(bytes).map { .bool($0 != 0) }
      case .signed, .unsigned: type.integer(bytes).map { .integer($0) }
      case .float: type.double(bytes).map { .double($0) }
      case .text: type.text(bytes).map { arena.blob(.made(Array($0.utf8)), isText: true) }
      case .bytes, .object: arena.blob(.made(Array(bytes)), isText: false)
      }
    }
  }

  /// A blob's bytes, where they are no more than `limit`.
  private func value(of number: Int, limit: Int) throws -> [UInt8]? {
    switch arena.blobs[number].storage {
    case .stored(let range) where range.count <= limit: Array(cursor.bytes[range])
    case .latin1(let text) where text.count <= limit: text.decoded(cursor.bytes)
    case .made(let bytes) where bytes.count <= limit: bytes
    default: nil
    }
  }

  /// `_frombuffer(bytes, dtype, shape, order)`, with the order of the axes where it is K: an array of protocol 5.
  private mutating func array(fromBuffer arguments: [PickleItem]) throws -> PickleItem? {
    guard 4...5 ~= arguments.count, let type = type(arguments[1]), type.kind != .object,
      let order = shortText(arguments[3])
    else { return nil }
    var layout = try layout(arguments[2], isFortranOrder: order == "F")
    if order == "K", arguments.count == 5, case .container = arguments[4] {
      guard let axes = integers(arguments[4]), let transposed = layout.transposed(axes) else { return nil }
      layout = transposed
    } else if !["C", "F", "A", "K"].contains(order) {
      return nil
    }
    return try arena.container(.array(try filled(layout, type, arguments[0])), [], cursor)
  }

  private func layout(_ shape: PickleItem, isFortranOrder: Bool) throws -> PickledLayout {
    guard let shape = integers(shape) else { throw cursor.refusal("an array has no shape") }
    guard let layout = PickledLayout(shape, isFortranOrder: isFortranOrder, limit: cursor.bytes.count) else {
      throw cursor.refusal(
        "an array has the shape \(shape.prefix(PickledLayout.axisLimit))", expected: "no more than the file holds")
    }
    return layout
  }

  private func integers(_ item: PickleItem) -> [Int]? {
    guard let items = arena.tuple(item) ?? arena.elements(item) else { return nil }
    var integers: [Int] = []
    for item in items {
      guard case .integer(let value) = item else { return nil }
      integers.append(value)
    }
    return integers
  }

  /// Keeps an array whose contents are as many as its shape says.
  private mutating func filled(_ layout: PickledLayout, _ type: PickledType, _ contents: PickleItem) throws -> Int {
    switch contents {
    case .blob(let number) where type.kind != .object && !arena.blobs[number].isText:
      let count =
        switch arena.blobs[number].storage {
        case .stored(let range): range.count
        case .latin1(let text): text.count
        case .made(let bytes): bytes.count
        }
      let (expected, overflow) = layout.count.multipliedReportingOverflow(by: type.byteCount)
      guard !overflow, count == expected else {
        throw cursor.refusal(
          "an array of \(type.name) of the shape \(layout.shape) has \(count.grouped) bytes of values",
          expected: overflow ? nil : expected.grouped)
      }
    case .container where type.kind == .object && arena.elements(contents) != nil: break
    default: throw cursor.refusal("an array of \(type.name) has no values")
    }
    return arena.array(.init(layout: layout, type: type, contents: contents))
  }

  /// BUILD: what an array or a type is filled with.
  mutating func build(_ object: PickleItem, from state: PickleItem) throws {
    guard case .container(let number) = object, let state = arena.tuple(state) else { throw refusalOfState() }
    switch arena.containers[number].kind {
    case .array(nil):
      // ndarray.__reduce__: version, shape, dtype, whether in Fortran order, values
      guard state.count == 5, case .integer = state[0], let type = type(state[2]) else { throw refusalOfState() }
      let isFortranOrder: Bool
      switch state[3] {
      case .bool(let value): isFortranOrder = value
      case .integer(let value): isFortranOrder = value != 0
      default: throw refusalOfState()
      }
      let layout = try layout(state[1], isFortranOrder: isFortranOrder)
      arena.containers[number].kind = .array(try filled(layout, type, state[4]))
    case .type(var type):
      try complete(&type, state)
      arena.containers[number].kind = .type(type)
    default: throw refusalOfState()
    }
  }

  private func refusalOfState() -> DataError {
    cursor.refusal("BUILD fills something that is neither an array nor a type, or with values that belong to neither")
  }

  /// dtype.__reduce__: version, byte order, subarray, names, fields, item size, alignment, flags and perhaps metadata.
  private func complete(_ type: inout PickledType, _ state: [PickleItem]) throws {
    guard 7...9 ~= state.count, case .integer(let version) = state[0], 1...4 ~= version,
      let order = shortText(state[1]), ["<", ">", "|", "="].contains(order), case .integer(let size) = state[5]
    else { throw refusalOfState() }
    for part in state[2...4] + state[min(8, state.count)...] {
      guard case .none = part else {
        throw cursor.refusal(
          "an array has a type with fields or metadata", expected: "bool, int, float, S, U or object",
          advice: "Write each field as an array of its own.")
      }
    }
    type.isBigEndian = order == ">"
    if size == -1 || size == type.byteCount { return }
    guard type.kind == .bytes || type.kind == .text && size.isMultiple(of: 4), 0...cursor.bytes.count ~= size else {
      throw cursor.refusal("an array has elements of the type \(type.name) in \(size) bytes")
    }
    type.byteCount = size
  }

  // MARK: Texts and numbers

  /// `_codecs.encode(text, "latin1")`: bytes, as Python 3 writes them for Python 2.
  private mutating func encode(_ arguments: [PickleItem]) throws -> PickleItem? {
    guard arguments.count == 2, case .blob(let number) = arguments[0], arena.blobs[number].isText,
      let encoding = shortText(arguments[1]), ["latin1", "latin-1", "iso-8859-1"].contains(encoding.lowercased())
    else { return nil }
    if let known = encoded[number] { return known }
    let storage: PickledBytes.Storage
    switch arena.blobs[number].storage {
    case .stored(let range):
      guard let text = try Latin1Text(range, in: source) else { return nil }
      storage = .latin1(text)
    case .made(let bytes):
      guard let text = try Latin1Text(0..<bytes.count, in: PickleSource(bytes[...])) else { return nil }
      storage = .made(bytes.withUnsafeBytes { text.decoded($0) })
    case .latin1: return nil
    }
    let item = arena.blob(storage, isText: false)
    encoded[number] = item
    return item
  }

  private mutating func bytes(_ arguments: [PickleItem]) throws -> PickleItem? {
    switch arguments.count {
    case 0: return arena.blob(.made([]), isText: false)
    case 1:
      guard case .blob(let number) = arguments[0], !arena.blobs[number].isText else { return nil }
      return arguments[0]
    default: return try encode(arguments)
    }
  }

  private mutating func text(_ arguments: [PickleItem]) -> PickleItem? {
    guard let first = arguments.first else { return arena.blob(.made([]), isText: true) }
    guard arguments.count == 1, case .blob(let number) = first, arena.blobs[number].isText else { return nil }
    return first
  }

  private func integer(_ arguments: [PickleItem]) -> PickleItem? {
    guard let first = arguments.first else { return .integer(0) }
    guard arguments.count == 1 else { return nil }
    switch first {
    case .bool(let value): return .integer(value ? 1 : 0)
    case .integer: return first
    case .blob: return shortText(first).flatMap { Int($0) }.map { .integer($0) }
    default: return nil
    }
  }

  private func float(_ arguments: [PickleItem]) -> PickleItem? {
    guard let first = arguments.first else { return .double(0) }
    return arguments.count == 1 ? double(first).map { .double($0) } : nil
  }

  private func double(_ item: PickleItem) -> Double? {
    switch item {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .double(let value): value
    case .blob: shortText(item).flatMap { Double($0) }
    default: nil
    }
  }

  private mutating func complex(_ arguments: [PickleItem]) throws -> PickleItem? {
    guard arguments.count == 2, let real = double(arguments[0]), let imaginary = double(arguments[1]) else {
      return nil
    }
    return try arena.container(.complex, [.double(real), .double(imaginary)], cursor)
  }

  // MARK: Containers

  /// A container of another's items.
  private mutating func container(
    _ kind: PickleArena.Container.Kind, of arguments: [PickleItem]
  ) throws -> PickleItem? {
    guard arguments.count <= 1 else { return nil }
    guard let first = arguments.first else { return try arena.container(kind, [], cursor) }
    guard let items = arena.elements(first) else { return nil }
    try countCopies(items.count)
    return try arena.container(kind, items, cursor)
  }

  private mutating func dictionary(_ arguments: [PickleItem]) throws -> PickleItem? {
    guard arguments.count <= 1 else { return nil }
    guard let first = arguments.first else { return try arena.container(.dictionary, [], cursor) }
    guard let pairs = arena.elements(first) else { return nil }
    try countCopies(2 * pairs.count)
    var items: [PickleItem] = []
    for pair in pairs {
      guard let pair = arena.elements(pair), pair.count == 2 else { return nil }
      items += pair
    }
    return try arena.container(.dictionary, items, cursor)
  }

  private mutating func defaultDictionary(_ arguments: [PickleItem]) throws -> PickleItem? {
    switch arguments.first {
    case nil, .name(.list)?, .name(.dict)?, PickleItem.none?: try dictionary(Array(arguments.dropFirst()))
    default: nil
    }
  }

  /// What is copied has to be in the file too: a pickle that copies the same items again and again could grow without end.
  private mutating func countCopies(_ count: Int) throws {
    copiedCount += count
    guard copiedCount <= 2 * cursor.bytes.count else {
      throw cursor.refusal("\(cursor.opcode.name) copies the same items again and again")
    }
  }
}
