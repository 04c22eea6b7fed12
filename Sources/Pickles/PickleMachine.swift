import Text

/// The stack machine that a pickle is a program for, with the instructions that build data and no others.
struct PickleMachine {
  var cursor: PickleCursor
  /// What the cursor's bytes are of, to read large parts without keeping them in memory.
  let source: PickleSource
  var arena = PickleArena()
  /// Blobs that were encoded as Latin-1, by the text's number: the same text gives the same bytes.
  var encoded: [Int: PickleItem] = [:]
  /// Items that were copied from one container to another.
  var copiedCount = 0
  private var stack: [PickleItem] = []
  /// Where the stack stood at each mark that is open.
  private var marks: [Int] = []
  private var memo: [Int: PickleItem] = [:]

  /// Runs a pickle to its end.
  ///
  /// - Parameter origin: where its bytes begin in the file, for messages.
  /// - Throws: `DataError` 65 with the byte of the instruction that is malformed, cut off, or would do more than build data.
  static func run(_ source: PickleSource, origin: Int) throws -> PickleValue {
    let (root, arena) = try source.withBytes { bytes in
      var machine = PickleMachine(cursor: PickleCursor(bytes, origin: origin), source: source)
      let root = try machine.run()
      return (root, machine.arena)
    }
    return try PickleTree.value(of: root, in: arena, source, origin: origin)
  }

  private init(cursor: PickleCursor, source: PickleSource) { (self.cursor, self.source) = (cursor, source) }

  private mutating func run() throws -> PickleItem {
    while true {
      let opcode = try cursor.nextOpcode()
      if opcode == .stop { break }
      try carryOut(opcode)
    }
    let root = try pop()
    let rest = cursor.bytes.count - cursor.position
    guard rest == 0 else {
      throw cursor.refusal(
        "\(rest.grouped) bytes follow the pickle's end", expected: "one pickle and nothing else",
        advice: "Write what the file holds as one dictionary.")
    }
    return root
  }

  private mutating func carryOut(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .proto:
      let version = try cursor.number(UInt8.self)
      if version > 5 {
        throw cursor.refusal(
          "protocol \(version)", expected: "0 to 5", advice: "Write it again with pickle.dump(…, protocol=5).")
      }
    case .frame: try checkFrame()
    case .mark: marks.append(stack.count)
    case .pop: if stack.count > (marks.last ?? 0) { stack.removeLast() } else { _ = try popToMark() }
    case .popMark: _ = try popToMark()
    case .dup: push(try top())
    case .none, .newtrue, .newfalse, .int, .binint, .binint1, .binint2, .long, .long1, .long4, .float, .binfloat:
      push(try number(opcode))
    case .string, .binstring, .shortBinstring, .unicode, .binunicode, .shortBinunicode, .binunicode8, .binbytes,
      .shortBinbytes, .binbytes8, .bytearray8:
      push(try blob(opcode))
    case .emptyTuple: push(try arena.container(.tuple, [], cursor))
    case .tuple: push(try arena.container(.tuple, try popToMark(), cursor))
    case .tuple1: push(try arena.container(.tuple, try pop(count: 1), cursor))
    case .tuple2: push(try arena.container(.tuple, try pop(count: 2), cursor))
    case .tuple3: push(try arena.container(.tuple, try pop(count: 3), cursor))
    case .emptyList: push(try arena.container(.list, [], cursor))
    case .list: push(try arena.container(.list, try popToMark(), cursor))
    case .emptyDict: push(try arena.container(.dictionary, [], cursor))
    case .dict: push(try arena.container(.dictionary, pairs(try popToMark()), cursor))
    case .emptySet: push(try arena.container(.set, [], cursor))
    case .frozenset: push(try arena.container(.set, try popToMark(), cursor))
    case .append, .appends, .setitem, .setitems, .additems: try fill(opcode)
    case .get: push(try remembered(try decimal()))
    case .binget: push(try remembered(Int(try cursor.number(UInt8.self))))
    case .longBinget: push(try remembered(Int(try cursor.number(UInt32.self))))
    case .put: memo[try decimal()] = try top()
    case .binput: memo[Int(try cursor.number(UInt8.self))] = try top()
    case .longBinput: memo[Int(try cursor.number(UInt32.self))] = try top()
    case .memoize: memo[memo.count] = try top()
    case .global: push(try name(module: try cursor.textLine(), name: try cursor.textLine()))
    case .stackGlobal: try stackGlobal()
    case .reduce, .newobj:
      let arguments = try pop()
      push(try call(try pop(), arguments))
    case .build: try build(try top(under: 1), from: try pop())
    case .inst, .obj, .newobjEx, .ext1, .ext2, .ext4, .persid, .binpersid, .nextBuffer, .readonlyBuffer:
      throw try refusal(ofUnsafe: opcode)
    case .stop: break
    }
  }

  /// Frames only say how much to read at once; one that is longer than the file tells at the start that it was cut off.
  private mutating func checkFrame() throws {
    let range = try cursor.counted(UInt64.self)
    cursor.goBack(to: range.lowerBound)
  }
}

// MARK: The stack

extension PickleMachine {
  private mutating func push(_ item: PickleItem) { stack.append(item) }

  private func top(under count: Int = 0) throws -> PickleItem {
    let index = stack.count - 1 - count
    guard index >= marks.last ?? 0 else { throw tooLittle() }
    return stack[index]
  }

  private mutating func pop() throws -> PickleItem {
    guard stack.count > marks.last ?? 0, let item = stack.popLast() else { throw tooLittle() }
    return item
  }

  private mutating func pop(count: Int) throws -> [PickleItem] {
    guard stack.count - (marks.last ?? 0) >= count else { throw tooLittle() }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [PickleItem] {
    guard let mark = marks.popLast() else { throw cursor.refusal("\(cursor.opcode.name) finds no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func tooLittle() -> DataError { cursor.refusal("\(cursor.opcode.name) finds too little on the stack") }

  private func pairs(_ items: [PickleItem]) throws -> [PickleItem] {
    guard items.count.isMultiple(of: 2) else { throw cursor.refusal("\(cursor.opcode.name) has a key without a value") }
    return items
  }

  /// Adds items to the list, set or dictionary below them.
  private mutating func fill(_ opcode: PickleOpcode) throws {
    let items =
      switch opcode {
      case .append: try pop(count: 1)
      case .setitem: try pop(count: 2)
      default: try popToMark()
      }
    guard case .container(let number) = try top() else { throw misfit(opcode) }
    switch (opcode, arena.containers[number].kind) {
    case (.append, .list), (.appends, .list), (.additems, .set): arena.containers[number].items += items
    case (.setitem, .dictionary), (.setitems, .dictionary): arena.containers[number].items += try pairs(items)
    default: throw misfit(opcode)
    }
  }

  private func misfit(_ opcode: PickleOpcode) -> DataError {
    cursor.refusal("\(opcode.name) finds nothing below that it could fill")
  }

  private func remembered(_ number: Int) throws -> PickleItem {
    guard let item = memo[number] else {
      throw cursor.refusal("\(cursor.opcode.name) asks for \(number), which was not put")
    }
    return item
  }

  private mutating func decimal() throws -> Int {
    let text = try cursor.textLine()
    guard let number = Int(text), number >= 0 else {
      throw cursor.refusal("\(cursor.opcode.name) has the number \(text.prefix(40))")
    }
    return number
  }
}

// MARK: Names

extension PickleMachine {
  private func name(module: String, name: String) throws -> PickleItem {
    guard let known = PickleName(module: module, name: name) else { throw refusal(ofName: "\(module).\(name)") }
    return .name(known)
  }

  private mutating func stackGlobal() throws {
    let parts = try pop(count: 2)
    guard let module = shortText(parts[0]), let name = shortText(parts[1]) else {
      throw cursor.refusal("STACK_GLOBAL finds no two names")
    }
    push(try self.name(module: module, name: name))
  }

  private func refusal(ofName name: String) -> DataError {
    cursor.refusal(
      "\(cursor.opcode.name) names \(name.prefix(200)), which is not data", expected: Self.expected,
      advice:
        "Nothing of it was run, but Python would run it on opening the file. If you trust the file, write what it holds as NumPy arrays."
    )
  }

  private static let expected = "numbers, strings, lists, dictionaries and NumPy arrays"

  private mutating func refusal(ofUnsafe opcode: PickleOpcode) throws -> DataError {
    // What it would make, where the instruction says it.
    let name = opcode == .inst ? " of \(try cursor.textLine().prefix(100)).\(try cursor.textLine().prefix(100))" : ""
    return cursor.refusal(
      "\(opcode.name)\(name) makes something that is not data", expected: Self.expected,
      advice: "Nothing of it was run. If you trust the file, write what it holds as NumPy arrays.")
  }

  /// A text or bytes of at most 200 bytes, such as names and encodings are.
  func shortText(_ item: PickleItem) -> String? {
    guard case .blob(let number) = item else { return nil }
    switch arena.blobs[number].storage {
    case .stored(let range) where range.count <= 200: return String(decoding: cursor.bytes[range], as: UTF8.self)
    case .made(let bytes) where bytes.count <= 200: return String(decoding: bytes, as: UTF8.self)
    default: return nil
    }
  }
}
